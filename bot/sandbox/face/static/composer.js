// Where one writes: Enter sends, Shift+Enter makes a line; / offers commands, @ people.

import { el, icon } from "./dom.js";
import { menu } from "./menus.js";

const LARGEST_FILE = 5_000_000;

/** `page`: {commands(), people(), shortcuts(), useShortcut(id)}; `send({text, files, broadcast})` answers whether it went. */
export function composer({ page, send, thread }) {
  const name = thread ? "reply" : "message";
  const list = el("ul", { role: "listbox", class: "suggestions", id: `${name}-suggestions`, hidden: true });
  const area = el("textarea", {
    class: "area",
    rows: "1",
    id: `${name}-text`,
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-label": thread ? "Reply" : "Message",
  });
  const chips = el("div", { class: "chips" });
  const picker = el("input", { type: "file", multiple: true, hidden: true, "aria-label": "Attach files" });
  const clip = tool("clip", "Attach a file", () => picker.click());
  const bolt = tool("bolt", "Shortcuts", () => menu(bolt, "Shortcuts", shortcutItems(page)));
  bolt.setAttribute("aria-haspopup", "menu");
  const also = el("input", { type: "checkbox", id: `${name}-also` });
  const go = el(
    "button",
    { type: "submit", class: "button primary send", "aria-label": thread ? "Send reply" : "Send message" },
    icon("send"),
  );
  const home = el(
    "form",
    { class: "composer", "aria-label": thread ? "Reply to the thread" : "Write a message" },
    list,
    chips,
    area,
    el(
      "div",
      { class: "row" },
      clip,
      thread ? null : bolt,
      picker,
      thread
        ? el("label", { class: "also" }, also, " Also send to the channel")
        : el("span", { class: "keys dim", text: "Enter sends, Shift+Enter makes a line, / offers commands" }),
      go,
    ),
  );
  const files = [];
  const offers = suggestions(area, list, page);

  picker.addEventListener("change", async () => {
    for (const file of picker.files) files.push(await read(file));
    picker.value = "";
    showChips();
    area.focus();
  });
  area.addEventListener("input", () => {
    fit(area);
    offers.update();
  });
  area.addEventListener("blur", () => setTimeout(offers.hide, 150));
  area.addEventListener("keydown", (event) => {
    if (event.isComposing || offers.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      post();
    }
  });
  home.addEventListener("submit", (event) => {
    event.preventDefault();
    post();
  });

  function showChips() {
    chips.replaceChildren(
      ...files.map((file, at) =>
        el(
          "span",
          { class: "chip" },
          `📎 ${file.name} `,
          el("button", {
            type: "button",
            "aria-label": `Remove ${file.name}`,
            text: "×",
            on: {
              click: () => {
                files.splice(at, 1);
                showChips();
              },
            },
          }),
        ),
      ),
    );
  }

  async function post() {
    const text = area.value.trim();
    if (!text && !files.length) return;
    const sent = [...files];
    const before = area.value;
    area.value = "";
    files.length = 0;
    offers.hide();
    fit(area);
    showChips();
    if (await send({ text, files: sent, broadcast: also.checked })) {
      also.checked = false;
      return;
    }
    area.value = before;
    files.push(...sent);
    showChips();
    fit(area);
  }

  return {
    home,
    area,
    swap: (text) => {
      area.value = text;
      offers.hide();
      fit(area);
    },
    allow: (can, why) => {
      area.disabled = !can;
      go.disabled = !can;
      area.placeholder = why;
    },
  };
}

function tool(shape, label, does) {
  return el(
    "button",
    {
      type: "button",
      class: "tool",
      "aria-label": label,
      title: label,
      "aria-expanded": "false",
      on: { click: does },
    },
    icon(shape),
  );
}

function shortcutItems(page) {
  const found = page.shortcuts().filter((one) => one.kind === "global");
  if (!found.length) return [{ label: "No app has a shortcut here", does: () => {} }];
  return found.map((one) => ({
    label: one.name,
    hint: one.description,
    does: () => page.useShortcut(one.id),
  }));
}

function fit(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, 220)}px`;
}

async function read(file) {
  if (file.size > LARGEST_FILE) return { name: file.name, content: "" };
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return { name: file.name, content: btoa(text) };
}

/** What could complete the word at the caret: commands at the start of a line, people after @. */
function suggestions(area, list, page) {
  let offered = [];
  let at = -1;

  const hide = () => {
    list.hidden = true;
    offered = [];
    at = -1;
    area.removeAttribute("aria-activedescendant");
  };
  const show = () => {
    list.replaceChildren(
      ...offered.map((one, index) =>
        el(
          "li",
          {
            role: "option",
            id: `${list.id}-${index}`,
            "aria-selected": String(index === at),
            on: {
              pointerdown: (event) => {
                event.preventDefault();
                take(index);
              },
            },
          },
          el("b", { text: one.label }),
          el("small", { text: one.hint ?? "" }),
        ),
      ),
    );
    list.hidden = false;
    if (at >= 0) {
      area.setAttribute("aria-activedescendant", `${list.id}-${at}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  };
  const take = (index) => {
    const chosen = offered[index];
    const rest = area.value.slice(area.selectionStart);
    area.value = area.value.slice(0, chosen.from) + chosen.text + rest;
    area.selectionStart = area.selectionEnd = chosen.from + chosen.text.length;
    hide();
    area.dispatchEvent(new Event("input"));
    area.focus();
  };
  return {
    hide,
    update: () => {
      offered = completions(area.value.slice(0, area.selectionStart), page);
      at = -1;
      if (offered.length) show();
      else hide();
    },
    key: (event) => {
      if (list.hidden) return false;
      if (event.key === "Escape") hide();
      else if (event.key === "ArrowDown") at = (at + 1) % offered.length;
      else if (event.key === "ArrowUp") at = (at <= 0 ? offered.length : at) - 1;
      else if (event.key === "Tab" && !event.shiftKey) take(Math.max(at, 0));
      else if (event.key === "Enter" && at >= 0) take(at);
      else return false;
      event.preventDefault();
      if (!list.hidden) show();
      return true;
    },
  };
}

function completions(before, page) {
  const person = before.match(/(?:^|\s)@([\w.-]*)$/);
  if (person) {
    const from = before.length - person[1].length - 1;
    return page
      .people()
      .filter((one) => one.name.startsWith(person[1].toLowerCase()))
      .slice(0, 8)
      .map((one) => ({ label: `@${one.name}`, hint: one.real_name, text: `@${one.name} `, from }));
  }
  if (!before.startsWith("/") || before.includes("\n")) return [];
  const commands = page.commands();
  return Object.entries(commands)
    .flatMap(([name, hints]) => {
      const uses = hints.map((hint) => ({
        label: `${name} ${hint.usage}`,
        hint: hint.summary,
        text: `${name} ${fixed(hint.usage)}`,
        from: 0,
      }));
      const found = uses.filter(
        (one) => one.text.startsWith(before.trimEnd() ? before : "") && one.text !== before,
      );
      if (!uses.length && name.startsWith(before) && name !== before)
        return [{ label: name, text: `${name} `, from: 0 }];
      return found;
    })
    .slice(0, 20);
}

/** The words of a usage that are typed as they are: `draft [INC-n]` is `draft `. */
function fixed(usage) {
  const words = usage.split(" ").filter((word) => /^[a-z-]+$/.test(word));
  return words.length ? `${words[0]} ` : "";
}
