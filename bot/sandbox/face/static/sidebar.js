// The left side: who one is, the channels, the app, and what to try.

import { el, icon, keep, tile } from "./dom.js";
import { ask, menu } from "./menus.js";

/** Draw the channels. `page`: {place(), open(id), openHome(), app()}. */
export function showChannels(home, channels, page) {
  const rows = channels.filter((one) => !one.direct && (one.member || !one.archived));
  keep(home, rows, {
    key: (one) => one.id,
    signature: (one) =>
      JSON.stringify([one, page.place().channel === one.id && page.place().tab === "channel"]),
    make: (one) => row(one, page),
  });
}

function row(one, page) {
  const here = page.place().channel === one.id && page.place().tab === "channel";
  const state = [
    one.private ? "private" : "",
    one.archived ? "archived" : "",
    one.member ? "" : "not joined",
    one.unread ? `${one.unread} unread` : "",
  ].filter(Boolean);
  return el(
    "li",
    {},
    el(
      "button",
      {
        type: "button",
        class: `channel${one.unread ? " unread" : ""}${one.archived || !one.member ? " faint" : ""}`,
        "data-k": "open",
        "aria-current": here ? "page" : null,
        "aria-label": `${one.name}${state.length ? `, ${state.join(", ")}` : ""}`,
        on: { click: () => page.open(one.id) },
      },
      one.archived
        ? icon("box")
        : one.private
          ? icon("lock")
          : el("span", { class: "hash", "aria-hidden": "true", text: "#" }),
      el("span", { class: "grow cut", text: one.name }),
      one.mentions
        ? el("span", { class: "count", text: String(one.mentions) })
        : one.unread
          ? el("span", { class: "dot" })
          : null,
    ),
  );
}

/** The button that says who one is, and lets one be somebody else. */
export function showPerson(home, state, become) {
  const me = state.people.find((one) => one.id === state.me);
  const sign = JSON.stringify([me, state.people.length]);
  if (home.dataset.sign === sign) return;
  home.dataset.sign = sign;
  const button = el(
    "button",
    {
      type: "button",
      class: "person",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-label": `You are ${me.real_name}. Be somebody else`,
    },
    tile(me.real_name),
    el("span", { class: "grow cut" }, el("small", { text: "You are" }), el("b", { text: me.real_name })),
    icon("down"),
  );
  button.addEventListener("click", () =>
    menu(
      button,
      "Be somebody else",
      state.people
        .filter((one) => !one.bot && !one.gone)
        .map((one) => ({
          label: one.real_name,
          hint: one.guest ? "guest" : one.tz,
          on: one.id === state.me,
          does: () => become(one.id),
        })),
    ),
  );
  home.replaceChildren(button);
}

/** What to try, each with a box to tick. */
export function showGuide(home, guide) {
  const sign = JSON.stringify(guide);
  if (home.dataset.sign === sign) return;
  home.dataset.sign = sign;
  home.hidden = !guide.length;
  home.querySelector("ol").replaceChildren(
    ...guide.map((tip, at) => {
      const name = `tried-${at}`;
      const box = el("input", { type: "checkbox", id: name });
      box.checked = sessionStorage.getItem(name) === "1";
      box.addEventListener("change", () => sessionStorage.setItem(name, box.checked ? "1" : "0"));
      return el(
        "li",
        {},
        box,
        el("label", { for: name }, el("b", { text: tip.title }), el("span", { text: tip.text })),
      );
    }),
  );
}

/** Ask for a new channel's name. */
export async function newChannel(act, open) {
  const name = el("input", {
    class: "input",
    id: "new-name",
    maxlength: "80",
    placeholder: "incident-search-slow",
    autocomplete: "off",
  });
  const locked = el("input", { type: "checkbox", id: "new-private" });
  const fields = [
    el("div", { class: "field" }, el("label", { for: "new-name", text: "Name" }), name),
    el(
      "label",
      { class: "choice" },
      locked,
      el("span", {}, "Private", el("small", { text: "Only those invited see it; invite the bot too." })),
    ),
  ];
  if (!(await ask({ title: "Create a channel", yes: "Create", fields }))) return;
  const answer = await act("create", { name: name.value, private: locked.checked });
  if (answer.ok) open(answer.channel);
}

/** The menu of the channel that is open. */
export function channelMenu(button, channel, state, act) {
  const about = { channel: channel.id };
  const outside = state.people.filter(
    (one) => !channel.members.includes(one.id) && !one.gone && one.id !== "USLACKBOT",
  );
  const items =
    channel.member && !channel.archived
      ? outside.map((one) => ({
          label: `Add ${one.real_name}`,
          hint: one.bot ? "app" : one.guest ? "guest" : "",
          does: () => act("invite", { ...about, person: one.id }),
        }))
      : [];
  if (items.length) items.push(null);
  if (channel.member && !channel.archived)
    items.push({ label: "Leave the channel", does: () => act("leave", about) });
  if (channel.member)
    items.push({
      label: channel.archived ? "Unarchive the channel" : "Archive the channel",
      danger: !channel.archived,
      does: () => act("archive", about),
    });
  if (!items.length) items.push({ label: "Join the channel", does: () => act("join", about) });
  const names = channel.members.map((id) => state.people.find((one) => one.id === id)?.real_name ?? id);
  menu(button, "Channel", items, `Here: ${names.join(", ")}`);
}
