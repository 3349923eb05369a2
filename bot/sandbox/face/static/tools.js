// What can be done with a message: react, reply, use a shortcut, edit, delete.

import { el, icon } from "./dom.js";
import { EMOJI } from "./emoji.js";
import { ask, menu, popup, rove } from "./menus.js";

/** The buttons that show over a message. */
export function toolbar(message, page, inThread, row) {
  const tool = (shape, label, does, popups) => {
    const made = el(
      "button",
      {
        type: "button",
        class: "tool",
        "aria-label": label,
        title: label,
        "data-k": label,
        "aria-haspopup": popups ?? null,
        "aria-expanded": popups ? "false" : null,
      },
      icon(shape),
    );
    made.addEventListener("click", () => does(made));
    return made;
  };
  return el(
    "div",
    { class: "tools", role: "toolbar", "aria-label": "Message actions" },
    el("button", {
      type: "button",
      class: "tool",
      "aria-label": "React with white_check_mark",
      title: "React with ✅",
      text: "✅",
      "data-k": "check",
      on: { click: () => page.act("react", { ts: message.ts, name: "white_check_mark" }) },
    }),
    tool(
      "smile",
      "Add reaction",
      (from) => pickEmoji(from, (name) => page.act("react", { ts: message.ts, name })),
      "dialog",
    ),
    inThread
      ? null
      : tool("reply", "Reply in thread", () => page.openThread(message.thread_ts ?? message.ts, true)),
    tool(
      "more",
      "More actions",
      (from) => menu(from, "Message actions", moreItems(message, page, row)),
      "menu",
    ),
  );
}

function moreItems(message, page, row) {
  const shortcuts = page
    .shortcuts()
    .filter((one) => one.kind === "message")
    .map((one) => ({
      label: one.name,
      hint: page.app().name,
      does: () => page.act("shortcut", { id: one.id, ts: message.ts }),
    }));
  const own = message.own
    ? [
        null,
        { label: "Edit message", does: () => edit(message, page, row) },
        {
          label: "Delete message",
          danger: true,
          does: async () => {
            if (
              await ask({
                title: "Delete this message?",
                text: "It cannot be brought back.",
                yes: "Delete",
                danger: true,
              })
            )
              page.act("delete", { ts: message.ts });
          },
        },
      ]
    : [];
  const copy = { label: "Copy text", does: () => navigator.clipboard?.writeText(message.text) };
  return [...shortcuts, ...(shortcuts.length ? [null] : []), copy, ...own];
}

function edit(message, page, row) {
  const body = row.querySelector(".body");
  const area = el("textarea", {
    class: "input",
    rows: "3",
    "aria-label": "Edit message",
    value: message.source,
  });
  const form = el(
    "form",
    { class: "editing" },
    area,
    el(
      "div",
      { class: "row end" },
      el("button", { type: "button", class: "button", text: "Cancel", on: { click: () => leave() } }),
      el("button", { type: "submit", class: "button primary", text: "Save" }),
    ),
  );
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
  const search = el("input", {
    class: "input",
    type: "search",
    placeholder: "Search emoji",
    "aria-label": "Search emoji",
  });
  const grid = el("div", { class: "emoji-grid", role: "listbox", "aria-label": "Emoji" });
  const fill = () => {
    const wanted = search.value.trim().toLowerCase().replace(/:/g, "");
    grid.replaceChildren(
      ...Object.entries(EMOJI)
        .filter(([name]) => name.includes(wanted))
        .map(([name, char]) =>
          el("button", {
            type: "button",
            role: "option",
            title: `:${name}:`,
            "aria-label": name,
            text: char,
            tabindex: "-1",
            on: {
              click: () => {
                close(true);
                choose(name);
              },
            },
          }),
        ),
    );
  };
  search.addEventListener("input", fill);
  fill();
  const box = el("div", { role: "dialog", "aria-label": "Pick an emoji", class: "emoji" }, search, grid);
  close = popup(anchor_, box, {
    focus: search,
    onKey: (event) => {
      const entries = [...grid.children];
      if (document.activeElement === search && (event.key === "ArrowDown" || event.key === "Enter")) {
        event.preventDefault();
        if (event.key === "Enter") entries[0]?.click();
        else entries[0]?.focus();
      } else if (document.activeElement !== search) rove(entries, 8)(event);
    },
  });
}
