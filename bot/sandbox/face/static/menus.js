// Menus and small panels beside a button: arrow keys move, Esc closes, focus returns.

import { el } from "./dom.js";

let shut = null;

export function closePopup() {
  shut?.();
}

/** Show `content` beside `anchor` until Esc, a press elsewhere, or its `close`. */
export function popup(anchor, content, { focus = null, onKey = null } = {}) {
  closePopup();
  const home = anchor.closest("dialog") ?? document.body;
  content.classList.add("popup");
  home.append(content);
  place(anchor, content);
  anchor.setAttribute("aria-expanded", "true");
  const away = (event) => {
    if (!content.contains(event.target) && !anchor.contains(event.target)) close(false);
  };
  const key = (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close(true);
    } else onKey?.(event);
  };
  const close = (back = true) => {
    shut = null;
    document.removeEventListener("pointerdown", away, true);
    // Focus goes back first: a toolbar shows only while it, or something in it, has the focus.
    if (back && anchor.isConnected) anchor.focus();
    anchor.setAttribute("aria-expanded", "false");
    content.remove();
  };
  shut = close;
  document.addEventListener("pointerdown", away, true);
  content.addEventListener("keydown", key);
  content.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !content.contains(event.relatedTarget) && event.relatedTarget !== anchor)
      close(false);
  });
  (focus ?? content).focus();
  return close;
}

function place(anchor, content) {
  const from = anchor.getBoundingClientRect();
  const size = content.getBoundingClientRect();
  const below = from.bottom + 6 + size.height <= innerHeight || from.top < size.height;
  const left = Math.min(Math.max(8, from.right - size.width), innerWidth - size.width - 8);
  content.style.left = `${Math.max(8, left)}px`;
  content.style.top = `${Math.max(8, below ? Math.min(from.bottom + 6, innerHeight - size.height - 8) : from.top - size.height - 6)}px`;
}

/** A menu of [{label, hint, does, danger, on}]; null is a line between. `about` is said above it. */
export function menu(anchor, label, items, about = "") {
  const list = el("div", { role: "menu", class: "menu", "aria-label": label, tabindex: "-1" });
  if (about) list.append(el("p", { class: "about", text: about }));
  let close = () => {};
  for (const item of items) {
    if (!item) {
      list.append(el("div", { role: "separator" }));
      continue;
    }
    const choose = () => {
      close(true);
      item.does();
    };
    const kind = item.on === undefined ? "menuitem" : "menuitemradio";
    list.append(
      el(
        "button",
        {
          type: "button",
          role: kind,
          tabindex: "-1",
          class: item.danger ? "danger" : "",
          on: { click: choose },
          "aria-checked": item.on === undefined ? null : String(item.on),
        },
        el("span", { text: item.label }),
        item.hint ? el("small", { text: item.hint }) : null,
      ),
    );
  }
  const entries = [...list.querySelectorAll("button")];
  close = popup(anchor, list, {
    focus: entries.find((one) => one.ariaChecked === "true") ?? entries[0],
    onKey: rove(entries),
  });
}

/** Arrow keys among elements, `columns` in a row. */
export function rove(entries, columns = 1) {
  return (event) => {
    const at = entries.indexOf(document.activeElement);
    const step = {
      ArrowDown: columns,
      ArrowUp: -columns,
      ArrowRight: columns > 1 ? 1 : 0,
      ArrowLeft: columns > 1 ? -1 : 0,
    }[event.key];
    if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      entries.at(event.key === "Home" ? 0 : -1)?.focus();
    } else if (step && at >= 0) {
      event.preventDefault();
      entries[(at + step + entries.length) % entries.length]?.focus();
    }
  };
}

/** A question in a small window; answers whether it was accepted. */
export function ask({ title, text, yes, no, danger = false, fields = [] }) {
  return new Promise((answer) => {
    const form = el(
      "form",
      { method: "dialog", class: "question" },
      el("h2", { text: title }),
      text ? el("p", { text }) : null,
      fields,
      el(
        "div",
        { class: "row end" },
        el("button", {
          type: "button",
          class: "button",
          text: no ?? "Cancel",
          on: { click: () => done(false) },
        }),
        el("button", {
          type: "submit",
          class: `button ${danger ? "danger" : "primary"}`,
          text: yes ?? "Yes",
        }),
      ),
    );
    const box = el("dialog", { class: "window small", "aria-label": title }, form);
    const done = (value) => {
      box.close();
      box.remove();
      answer(value);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      done(true);
    });
    box.addEventListener("cancel", (event) => {
      event.preventDefault();
      done(false);
    });
    document.body.append(box);
    box.showModal();
  });
}
