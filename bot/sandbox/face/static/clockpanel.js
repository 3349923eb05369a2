// The sandbox's clock: shows its time, and jumps.

import { el, icon } from "./dom.js";
import { popup } from "./menus.js";
import { short, whole } from "./times.js";

const JUMPS = [
  ["+10 min", 600],
  ["+2 h", 7200],
  ["+1 day", 86400],
  ["+1 week", 7 * 86400],
  ["+1 month", 30 * 86400],
];

/** `zone()` is the reader's; `jump(seconds)` asks the sandbox. Returns what keeps it in step with the state. */
export function clockPanel(home, zone, jump) {
  let ahead = 0;
  let can = true;
  const words = el("span", {});
  const button = el(
    "button",
    {
      type: "button",
      class: "button clock",
      "aria-haspopup": "dialog",
      "aria-expanded": "false",
      "aria-label": "Sandbox time. Jump ahead",
    },
    icon("clock"),
    words,
  );
  home.append(button);
  button.addEventListener("click", open);
  const now = () => Date.now() / 1000 + ahead;
  const show = () => {
    words.textContent = short(now(), zone());
    button.title = `${whole(now(), zone())} (${zone()})\n${whole(now(), "UTC")} (UTC)`;
  };
  setInterval(() => words.textContent && show(), 1000);

  function open() {
    const minutes = el("input", {
      class: "input",
      type: "number",
      min: "1",
      max: "576000",
      value: "45",
      id: "jump-minutes",
    });
    const go = (seconds) => {
      close(true);
      jump(seconds);
    };
    const form = el(
      "form",
      { class: "row" },
      el("label", { for: "jump-minutes", text: "Minutes" }),
      minutes,
      el("button", { type: "submit", class: "button primary", text: "Jump" }),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (minutes.valueAsNumber > 0) go(minutes.valueAsNumber * 60);
    });
    const buttons = JUMPS.map(([label, seconds]) =>
      el("button", {
        type: "button",
        class: "button",
        text: label,
        disabled: !can,
        on: { click: () => go(seconds) },
      }),
    );
    const box = el(
      "div",
      { role: "dialog", "aria-label": "Jump ahead in time", class: "jump" },
      el("b", { text: "Jump ahead" }),
      el("p", { class: "dim", text: `Here it is ${whole(now(), zone())}, for you and for the bot.` }),
      el("div", { class: "row" }, buttons),
      form,
    );
    const close = popup(button, box, { focus: buttons[0] });
  }

  return (state) => {
    ahead = state.now - Date.now() / 1000;
    can = state.can_jump ?? can;
    show();
  };
}
