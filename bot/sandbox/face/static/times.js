// Times as the person at the screen reads them.

const made = new Map();

function format(zone, style) {
  const name = `${zone} ${JSON.stringify(style)}`;
  if (!made.has(name)) made.set(name, new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...style }));
  return made.get(name);
}

const TIME = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const DAY = { weekday: "long", day: "numeric", month: "long" };

const put = (seconds, zone, style) => format(zone, style).format(new Date(seconds * 1000));

export const clock = (seconds, zone) => put(seconds, zone, TIME);
export const day = (seconds, zone) => put(seconds, zone, DAY);
export const whole = (seconds, zone) => put(seconds, zone, { ...DAY, year: "numeric", ...TIME });
export const short = (seconds, zone) =>
  put(seconds, zone, { weekday: "short", day: "numeric", month: "short", ...TIME });

/** A day as people say it, seen from `now`. */
function near(seconds, now, zone, style) {
  const of = (at) => put(at, zone, { year: "numeric", month: "2-digit", day: "2-digit" });
  for (const [shift, word] of [
    [0, "today"],
    [-1, "yesterday"],
    [1, "tomorrow"],
  ]) {
    if (of(seconds) === of(now + shift * 86400)) return word;
  }
  return put(seconds, zone, style);
}

const LONG = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
const MIDDLE = { day: "numeric", month: "long", year: "numeric" };
const SHORT = { day: "numeric", month: "short", year: "numeric" };

/** Slack's date tokens: `{date_short_pretty} at {time}`. */
export function dated(seconds, words, now, zone) {
  const known = {
    date_num: () => put(seconds, zone, { year: "numeric", month: "2-digit", day: "2-digit" }),
    date: () => put(seconds, zone, MIDDLE),
    date_short: () => put(seconds, zone, SHORT),
    date_long: () => put(seconds, zone, LONG),
    date_pretty: () => near(seconds, now, zone, MIDDLE),
    date_short_pretty: () => near(seconds, now, zone, SHORT),
    date_long_pretty: () => near(seconds, now, zone, LONG),
    time: () => clock(seconds, zone),
    time_secs: () => put(seconds, zone, { ...TIME, second: "2-digit" }),
    ago: () => `${Math.max(0, Math.round((now - seconds) / 60))} minutes ago`,
  };
  return words.replace(/\{(\w+)\}/g, (all, name) => known[name]?.() ?? all);
}
