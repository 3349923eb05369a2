// Messages: one each, and lists of them.

import { blocks } from "./blocks.js";
import { el, keep, tile } from "./dom.js";
import { sign } from "./emoji.js";
import { words } from "./fields.js";
import { anchor, mrkdwn } from "./mrkdwn.js";
import { clock, day, whole } from "./times.js";
import { toolbar } from "./tools.js";

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
    all.forEach((one, at) => {
      one.tabIndex = at === all.length - 1 ? 0 : -1;
    });
  }
}

const line = (row) =>
  el(
    "div",
    { class: row.fresh ? "line fresh" : "line", role: "separator" },
    el("span", { text: row.fresh ? "New" : row.day }),
  );

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
  const shown = el(
    "article",
    {
      class: `message${message.only_you ? " only-you" : ""}${notice ? " notice" : ""}`,
      tabindex: "-1",
      "data-ts": message.ts,
      "data-k": "self",
      "aria-label": `${who.name}, ${clock(at, page.zone())}`,
    },
    tile(who.name, who.bot ? "app" : ""),
    el(
      "div",
      { class: "content" },
      message.only_you
        ? el(
            "p",
            { class: "eye" },
            "👁 Only visible to you",
            el("button", {
              type: "button",
              class: "plain",
              text: "Dismiss",
              "data-k": "dismiss",
              on: { click: () => page.act("dismiss", { ts: message.ts, only_you: true }) },
            }),
          )
        : null,
      message.subtype === "thread_broadcast" && !inThread
        ? el("p", { class: "eye" }, "replied to a thread")
        : null,
      el(
        "div",
        { class: "by" },
        el("b", { text: who.name }),
        who.bot ? el("span", { class: "badge", text: "APP" }) : null,
        el("time", { text: clock(at, page.zone()), title: whole(at, page.zone()) }),
      ),
      body(message, page),
      (message.files ?? []).map((file) => attached(file, page)),
      (message.attachments ?? []).map((one) => attachment(one, message, page)),
      reactions(message, page),
      inThread ? null : repliesTo(message, page),
    ),
  );
  if (!message.only_you && !notice && message.subtype !== "tombstone")
    shown.append(toolbar(message, page, inThread, shown));
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
    page.act("press", {
      ts: message.ts,
      only_you: Boolean(message.only_you),
      block: block.block_id,
      action: element.action_id,
      value,
    });
  return { about: page.about, press, name: message.ts.replace(".", "-") };
}

function attached(file, page) {
  const url = file.url_private ? page.about.file(file.id, file.name) : null;
  if (url && /^image\/(?:png|jpeg|gif|webp|svg\+xml)$/.test(file.mimetype ?? "")) {
    return el(
      "figure",
      {},
      el("figcaption", { class: "dim", text: file.title ?? file.name }),
      el(
        "a",
        { href: url, target: "_blank", rel: "noopener" },
        el("img", { src: url, alt: file.title ?? file.name, class: "picture" }),
      ),
    );
  }
  const inside = [
    el("span", { class: "sheet", "aria-hidden": "true", text: "📄" }),
    el(
      "span",
      {},
      el("b", { text: file.title ?? file.name }),
      el("small", { text: file.size ? `${Math.max(1, Math.round(file.size / 1024))} kB` : "file" }),
    ),
  ];
  return url
    ? el("a", { class: "file", href: url, target: "_blank", rel: "noopener" }, inside)
    : el("div", { class: "file" }, inside);
}

function attachment(one, message, page) {
  return el(
    "div",
    { class: "attachment" },
    one.pretext ? el("p", {}, mrkdwn(one.pretext, page.about)) : null,
    one.title
      ? el(
          "p",
          {},
          one.title_link ? anchor(one.title_link, one.title, page.about) : el("b", { text: one.title }),
        )
      : null,
    one.text ? el("div", { class: "text" }, mrkdwn(one.text, page.about)) : null,
    one.fields
      ? el(
          "div",
          { class: "fields" },
          one.fields.map((field) =>
            el("div", {}, el("b", { text: field.title ?? "" }), el("br"), mrkdwn(field.value, page.about)),
          ),
        )
      : null,
    one.blocks ? blocks(one.blocks, surface(message, page)) : null,
    !one.text && !one.title && !one.blocks
      ? words({ text: one.fallback ?? "" }, { about: page.about })
      : null,
  );
}

function reactions(message, page) {
  if (!message.reactions?.length) return null;
  return el(
    "div",
    { class: "reactions" },
    message.reactions.map((one) => {
      const names = one.users.map((id) => page.user(id)?.real_name ?? id).join(", ");
      const mine = one.users.includes(page.me());
      return el(
        "button",
        {
          type: "button",
          class: "reaction",
          "aria-pressed": String(mine),
          title: `${names} reacted with :${one.name}:`,
          "aria-label": `${one.name}, ${one.count}`,
          "data-k": `r-${one.name}`,
          on: { click: () => page.act("react", { ts: message.ts, name: one.name }) },
        },
        el("span", { text: sign(one.name) }),
        el("span", { text: String(one.count) }),
      );
    }),
  );
}

function repliesTo(message, page) {
  if (!message.reply_count) return null;
  const who = (message.reply_users ?? []).map((id) => page.user(id)?.real_name ?? page.app().name);
  return el(
    "button",
    {
      type: "button",
      class: "replies",
      "data-k": "replies",
      on: { click: () => page.openThread(message.ts) },
    },
    who.slice(0, 4).map((name) => tile(name, "small")),
    el("b", { text: message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies` }),
    el("span", { class: "dim", text: `last at ${clock(seconds(message.latest_reply), page.zone())}` }),
  );
}
