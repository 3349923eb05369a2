// The emoji people use in incidents, by Slack's names.

export const EMOJI = {
  white_check_mark: "✅", eyes: "👀", "+1": "👍", "-1": "👎", tada: "🎉", fire: "🔥", rocket: "🚀", heart: "❤️",
  joy: "😂", smile: "😄", slightly_smiling_face: "🙂", grin: "😁", wink: "😉", sweat_smile: "😅", thinking_face: "🤔",
  cry: "😢", sob: "😭", scream: "😱", facepalm: "🤦", shrug: "🤷", pray: "🙏", clap: "👏", raised_hands: "🙌",
  wave: "👋", muscle: "💪", ok_hand: "👌", point_up: "☝️", point_right: "👉", handshake: "🤝", salute: "🫡",
  x: "❌", warning: "⚠️", rotating_light: "🚨", no_entry: "⛔", no_entry_sign: "🚫", exclamation: "❗",
  question: "❓", bangbang: "‼️", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", hourglass: "⌛",
  hourglass_flowing_sand: "⏳", stopwatch: "⏱️", alarm_clock: "⏰", clock1: "🕐", calendar: "📅",
  spiral_calendar_pad: "🗓️", pushpin: "📌", round_pushpin: "📍", paperclip: "📎", link: "🔗", memo: "📝",
  pencil: "📝", pencil2: "✏️", clipboard: "📋", page_facing_up: "📄", bookmark: "🔖", books: "📚", mag: "🔍",
  mag_right: "🔎", bulb: "💡", bell: "🔔", no_bell: "🔕", mega: "📣", loudspeaker: "📢", speech_balloon: "💬",
  thought_balloon: "💭", lock: "🔒", unlock: "🔓", key: "🔑", shield: "🛡️", wrench: "🔧", hammer: "🔨",
  hammer_and_wrench: "🛠️", gear: "⚙️", package: "📦", chart_with_upwards_trend: "📈",
  chart_with_downwards_trend: "📉", bar_chart: "📊", computer: "💻", desktop_computer: "🖥️", floppy_disk: "💾",
  electric_plug: "🔌", battery: "🔋", satellite: "📡", globe_with_meridians: "🌐", cloud: "☁️", zap: "⚡",
  snowflake: "❄️", ocean: "🌊", boom: "💥", bomb: "💣", bug: "🐛", ghost: "👻", robot_face: "🤖", skull: "💀",
  ambulance: "🚑", fire_engine: "🚒", fire_extinguisher: "🧯", construction: "🚧", checkered_flag: "🏁",
  triangular_flag_on_post: "🚩", dart: "🎯", trophy: "🏆", medal: "🏅", star: "⭐", star2: "🌟", sparkles: "✨",
  coffee: "☕", beers: "🍻", pizza: "🍕", cake: "🍰", popcorn: "🍿", bow: "🙇", running: "🏃", zzz: "💤",
  see_no_evil: "🙈", party_popper: "🎉", partying_face: "🥳", sunglasses: "😎", nerd_face: "🤓",
  neutral_face: "😐", grimacing: "😬", angry: "😠", exploding_head: "🤯", face_with_monocle: "🧐", sleeping: "😴",
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢",
  large_blue_circle: "🔵", white_circle: "⚪", black_circle: "⚫", large_red_square: "🟥",
  arrow_right: "➡️", arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️", arrows_counterclockwise: "🔄",
  repeat: "🔁", rewind: "⏪", fast_forward: "⏩", one: "1️⃣", two: "2️⃣", three: "3️⃣", information_source: "ℹ️",
  recycle: "♻️", heavy_plus_sign: "➕", heavy_minus_sign: "➖", white_large_square: "⬜", black_square_button: "🔲",
  blue_heart: "💙", green_heart: "💚", purple_heart: "💜", yellow_heart: "💛", broken_heart: "💔", "100": "💯",
  label: "🏷️", compass: "🧭", crystal_ball: "🔮", magnet: "🧲", test_tube: "🧪", microscope: "🔬", telescope: "🔭",
  seedling: "🌱", evergreen_tree: "🌲", four_leaf_clover: "🍀", rainbow: "🌈", sunny: "☀️", umbrella: "☔",
};

/** The sign of a name; unknown names stay words. */
export const sign = (name) => EMOJI[name.split("::")[0]] ?? `:${name}:`;
