// Messages: one each, and lists of them.

import { blocks, words } from "./blocks.js";
import { el, icon, keep, tile } from "./dom.js";
import { EMOJI, sign } from "./emoji.js";
import { menu, popup, rove, ask } from "./menus.js";
import { anchor, mrkdwn } from "./mrkdwn.js";
import { clock, day, whole } from "./times.js";

const seconds = (ts) => Number(ts.split(".")[0]);

/**
 * Show messages in a list. `page` is what a message needs of the page: {me(), about, act, open thread, …};
 * `inThread` says which list it is; `unread` the timestamp after which all is new.
 */
export function showMessages(list, messages, page, { inThread = false, unread = "" } = {}) {
  const rows = [];
  let last = "";
  let fresh = false;
  for (const message of messages) {
    const today = day(seconds(message.ts), page.zone());
    if (!inThread && today !== last) rows.push({ key: `day-${today}`, day: today });
    last = today;
    if (!fresh && unread && message.ts > unread && message.user !== page.me() && !message.only_you) {
      fresh = true;
      rows.push({ key: "new", fresh });
    }
    rows.push({ key: `${message.only_you ? "you-" : ""}${message.ts}`, message });
  }
  keep(list, rows, {
    key: (row) => row.key,
    signature: (row) => JSON.stringify([row, page.me(), page.naming()]),
    make: (row) => (row.message ? messageRow(row.message, page, inThread) : line(row)),
  });
  // Tab enters the list at its newest message, unless one is in it already.
  if (!list.contains(document.activeElement)) {
    const all = [...list.querySelectorAll(".message")];
    all.forEach((one, at) => { one.tabIndex = at === all.length - 1 ? 0 : -1; });
  }
}

const line = (row) =>
  el("div", { class: row.fresh ? "line fresh" : "line", role: "separator" }, el("span", { text: row.fresh ? "New" : row.day }));

/** Up and down move from message to message. */
export function walk(list) {
  list.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp"].includes(event.key) || !event.target.classList.contains("message")) return;
    const all = [...list.querySelectorAll(".message")];
    const next = all[all.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  list.addEventListener("focusin", (event) => {
    const message = event.target.closest(".message");
    if (!message) return;
    for (const other of list.querySelectorAll('.message[tabindex="0"]')) other.tabIndex = -1;
    message.tabIndex = 0;
  });
}

const NOTICES = /^(?:channel|group)_(?:join|leave|name|archive|unarchive|convert)/;

function messageRow(message, page, inThread) {
  const who = author(message, page);
  const at = seconds(message.ts);
  const notice = NOTICES.test(message.subtype ?? "");
  const shown = el("article", {
    class: `message${message.only_you ? " only-you" : ""}${notice ? " notice" : ""}`, tabindex: "-1",
    "data-ts": message.ts, "data-k": "self", "aria-label": `${who.name}, ${clock(at, page.zone())}`,
  },
  tile(who.name, who.bot ? "app" : ""),
  el("div", { class: "content" },
    message.only_you ? el("p", { class: "eye" }, "👁 Only visible to you",
      el("button", { type: "button", class: "plain", text: "Dismiss", "data-k": "dismiss", on: { click: () => page.act("dismiss", { ts: message.ts, only_you: true }) } })) : null,
    message.subtype === "thread_broadcast" && !inThread ? el("p", { class: "eye" }, "replied to a thread") : null,
    el("div", { class: "by" }, el("b", { text: who.name }), who.bot ? el("span", { class: "badge", text: "APP" }) : null,
      el("time", { text: clock(at, page.zone()), title: whole(at, page.zone()) })),
    body(message, page),
    (message.files ?? []).map((file) => attached(file, page)),
    (message.attachments ?? []).map((one) => attachment(one, message, page)),
    reactions(message, page),
    inThread ? null : repliesTo(message, page)));
  if (!message.only_you && !notice && message.subtype !== "tombstone") shown.append(toolbar(message, page, inThread, shown));
  return shown;
}

function author(message, page) {
  if (message.only_you) return { name: page.app().name, bot: true };
  const user = page.user(message.user);
  if (message.username || !user) return { name: message.username || message.user || "someone", bot: true };
  return { name: user.real_name, bot: user.bot && user.id !== "USLACKBOT" };
}

function body(message, page) {
  const typed = !message.bot_id && !message.only_you;
  const edited = message.edited && typed ? el("small", { class: "dim", text: " (edited)" }) : null;
  if (!typed && message.blocks?.length) {
    return el("div", { class: "body" }, blocks(message.blocks, surface(message, page)), edited);
  }
  return el("div", { class: "body text" }, mrkdwn(message.text, page.about), edited);
}

/** Where the blocks of a message stand: a press is sent at once. */
function surface(message, page) {
  const press = (block, element, value) =>
    page.act("press", { ts: message.ts, only_you: Boolean(message.only_you), block: block.block_id, action: element.action_id, value });
  return { about: page.about, press, name: message.ts.replace(".", "-") };
}

function attached(file, page) {
  const url = file.url_private ? page.about.file(file.id, file.name) : null;
  if (url && /^image\/(?:png|jpeg|gif|webp|svg\+xml)$/.test(file.mimetype ?? "")) {
    return el("figure", {}, el("figcaption", { class: "dim", text: file.title ?? file.name }),
      el("a", { href: url, target: "_blank", rel: "noopener" }, el("img", { src: url, alt: file.title ?? file.name, class: "picture" })));
  }
  const inside = [el("span", { class: "sheet", "aria-hidden": "true", text: "📄" }), el("span", {}, el("b", { text: file.title ?? file.name }),
    el("small", { text: file.size ? `${Math.max(1, Math.round(file.size / 1024))} kB` : "file" }))];
  return url ? el("a", { class: "file", href: url, target: "_blank", rel: "noopener" }, inside) : el("div", { class: "file" }, inside);
}

function attachment(one, message, page) {
  return el("div", { class: "attachment" },
    one.pretext ? el("p", {}, mrkdwn(one.pretext, page.about)) : null,
    one.title ? el("p", {}, one.title_link ? anchor(one.title_link, one.title, page.about) : el("b", { text: one.title })) : null,
    one.text ? el("div", { class: "text" }, mrkdwn(one.text, page.about)) : null,
    one.fields ? el("div", { class: "fields" }, one.fields.map((field) => el("div", {}, el("b", { text: field.title ?? "" }), el("br"), mrkdwn(field.value, page.about)))) : null,
    one.blocks ? blocks(one.blocks, surface(message, page)) : null,
    !one.text && !one.title && !one.blocks ? words({ text: one.fallback ?? "" }, { about: page.about }) : null);
}

function reactions(message, page) {
  if (!message.reactions?.length) return null;
  return el("div", { class: "reactions" }, message.reactions.map((one) => {
    const names = one.users.map((id) => page.user(id)?.real_name ?? id).join(", ");
    const mine = one.users.includes(page.me());
    return el("button", { type: "button", class: "reaction", "aria-pressed": String(mine), title: `${names} reacted with :${one.name}:`,
      "aria-label": `${one.name}, ${one.count}`, "data-k": `r-${one.name}`,
      on: { click: () => page.act("react", { ts: message.ts, name: one.name }) } },
    el("span", { text: sign(one.name) }), el("span", { text: String(one.count) }));
  }));
}

function repliesTo(message, page) {
  if (!message.reply_count) return null;
  const who = (message.reply_users ?? []).map((id) => page.user(id)?.real_name ?? page.app().name);
  return el("button", { type: "button", class: "replies", "data-k": "replies", on: { click: () => page.openThread(message.ts) } },
    who.slice(0, 4).map((name) => tile(name, "small")),
    el("b", { text: message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies` }),
    el("span", { class: "dim", text: `last at ${clock(seconds(message.latest_reply), page.zone())}` }));
}

function toolbar(message, page, inThread, row) {
  const tool = (shape, label, does, popups) => {
    const made = el("button", { type: "button", class: "tool", "aria-label": label, title: label, "data-k": label,
      "aria-haspopup": popups ?? null, "aria-expanded": popups ? "false" : null }, icon(shape));
    made.addEventListener("click", () => does(made));
    return made;
  };
  return el("div", { class: "tools", role: "toolbar", "aria-label": "Message actions" },
    el("button", { type: "button", class: "tool", "aria-label": "React with white_check_mark", title: "React with ✅", text: "✅", "data-k": "check",
      on: { click: () => page.act("react", { ts: message.ts, name: "white_check_mark" }) } }),
    tool("smile", "Add reaction", (from) => pickEmoji(from, (name) => page.act("react", { ts: message.ts, name })), "dialog"),
    inThread ? null : tool("reply", "Reply in thread", () => page.openThread(message.thread_ts ?? message.ts, true)),
    tool("more", "More actions", (from) => menu(from, "Message actions", moreItems(message, page, row)), "menu"));
}

function moreItems(message, page, row) {
  const shortcuts = page.shortcuts().filter((one) => one.kind === "message").map((one) => ({
    label: one.name, hint: page.app().name, does: () => page.act("shortcut", { id: one.id, ts: message.ts }),
  }));
  const own = message.own ? [
    null,
    { label: "Edit message", does: () => edit(message, page, row) },
    { label: "Delete message", danger: true, does: async () => {
      if (await ask({ title: "Delete this message?", text: "It cannot be brought back.", yes: "Delete", danger: true })) page.act("delete", { ts: message.ts });
    } },
  ] : [];
  const copy = { label: "Copy text", does: () => navigator.clipboard?.writeText(message.text) };
  return [...shortcuts, ...(shortcuts.length ? [null] : []), copy, ...own];
}

function edit(message, page, row) {
  const body = row.querySelector(".body");
  const area = el("textarea", { class: "input", rows: "3", "aria-label": "Edit message", value: message.source });
  const form = el("form", { class: "editing" }, area, el("div", { class: "row end" },
    el("button", { type: "button", class: "button", text: "Cancel", on: { click: () => leave() } }),
    el("button", { type: "submit", class: "button primary", text: "Save" })));
  const leave = () => {
    form.replaceWith(body);
    row.focus();
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (area.value.trim() === message.source) return leave();
    if ((await page.act("edit", { ts: message.ts, text: area.value })).ok) leave();
  });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      leave();
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  body.replaceWith(form);
  area.focus();
}

function pickEmoji(anchor_, choose) {
  let close = () => {};
  const search = el("input", { class: "input", type: "search", placeholder: "Search emoji", "aria-label": "Search emoji" });
  const grid = el("div", { class: "emoji-grid", role: "listbox", "aria-label": "Emoji" });
  const fill = () => {
    const wanted = search.value.trim().toLowerCase().replace(/:/g, "");
    grid.replaceChildren(...Object.entries(EMOJI).filter(([name]) => name.includes(wanted)).map(([name, char]) =>
      el("button", { type: "button", role: "option", title: `:${name}:`, "aria-label": name, text: char, tabindex: "-1",
        on: { click: () => { close(true); choose(name); } } })));
  };
  search.addEventListener("input", fill);
  fill();
  const box = el("div", { role: "dialog", "aria-label": "Pick an emoji", class: "emoji" }, search, grid);
  close = popup(anchor_, box, { focus: search, onKey: (event) => {
    const entries = [...grid.children];
    if (document.activeElement === search && (event.key === "ArrowDown" || event.key === "Enter")) {
      event.preventDefault();
      if (event.key === "Enter") entries[0]?.click();
      else entries[0]?.focus();
    } else if (document.activeElement !== search) rove(entries, 8)(event);
  } });
}
