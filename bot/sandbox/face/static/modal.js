// Views: the modal on top, and the Home tab. What is typed stays while the app changes the view.

import { blocks } from "./blocks.js";
import { el, icon } from "./dom.js";
import { plainText } from "./mrkdwn.js";

/** Keeps one window in step with the state. `page`: {about, act}. */
export function modals(page) {
  let box = null;
  let shown = { id: "", hash: "", errors: "" };
  let values = {};

  return (view) => {
    const errors = JSON.stringify(view?.errors ?? {});
    if (!view) return leave();
    if (view.id === shown.id && view.hash === shown.hash && errors === shown.errors) return;
    const kept = view.id === shown.id ? values : {};
    const focused =
      box?.contains(document.activeElement) && view.id === shown.id ? document.activeElement.dataset.k : null;
    shown = { id: view.id, hash: view.hash, errors };
    values = {};
    if (!box) open();
    fill(view, kept, focused);
  };

  function open() {
    box = el("dialog", { class: "window", "aria-labelledby": "window-title" });
    box.addEventListener("cancel", (event) => {
      event.preventDefault();
      page.act("close", { view: shown.id });
    });
    box.addEventListener("keydown", stayInside);
    document.body.append(box);
    box.showModal();
  }

  function leave() {
    box?.close();
    box?.remove();
    box = null;
    shown = { id: "", hash: "", errors: "" };
  }

  /** Tab goes round within the window. */
  function stayInside(event) {
    if (event.key !== "Tab") return;
    const all = [...box.querySelectorAll("button, input, select, textarea, a[href]")].filter(
      (one) => !one.disabled && one.offsetParent,
    );
    const edge = event.shiftKey ? all[0] : all.at(-1);
    if (document.activeElement !== edge) return;
    event.preventDefault();
    (event.shiftKey ? all.at(-1) : all[0])?.focus();
  }

  function fill(view, kept, focused) {
    const on = surface(view, page, () => values, { ...view.typed, ...kept });
    on.values = values;
    const close = () => page.act("close", { view: view.id });
    const form = el(
      "form",
      { novalidate: true },
      el(
        "header",
        {},
        el("h2", { id: "window-title" }, plainText(view.title?.text ?? "")),
        el(
          "button",
          {
            type: "button",
            class: "tool",
            "aria-label": "Close window",
            "data-k": "close",
            on: { click: close },
          },
          icon("close"),
        ),
      ),
      el("div", { class: "inside" }, blocks(view.blocks, on)),
      el(
        "footer",
        { class: "row end" },
        el(
          "button",
          { type: "button", class: "button", "data-k": "cancel", on: { click: close } },
          plainText(view.close?.text ?? "Close"),
        ),
        view.submit
          ? el(
              "button",
              { type: "submit", class: "button primary", "data-k": "submit" },
              plainText(view.submit.text),
            )
          : null,
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit(view, form);
    });
    box.replaceChildren(form);
    const again = focused && [...form.querySelectorAll("[data-k]")].find((one) => one.dataset.k === focused);
    const wrong = form.querySelector("[aria-invalid]");
    (
      wrong ??
      again ??
      form.querySelector("[autofocus]") ??
      form.querySelector(".inside .input") ??
      form.querySelector("footer button")
    ).focus();
  }

  async function submit(view, form) {
    const missing = complain(view, form);
    if (missing) return missing.focus();
    const button = form.querySelector("button[type=submit]");
    button.setAttribute("aria-busy", "true");
    await page.act("submit", { view: view.id, values });
    button.removeAttribute("aria-busy");
  }

  /** Say beside each required field that it is empty; returns the first one. */
  function complain(view, form) {
    let first = null;
    for (const block of view.blocks) {
      if (block.type !== "input") continue;
      const value = values[block.block_id]?.[block.element.action_id];
      const empty =
        value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);
      const wrong = empty && !block.optional;
      const home = [...form.querySelectorAll(".field")].find((one) => one.dataset.block === block.block_id);
      const note = home?.querySelector(".error");
      const input = home?.querySelector(".input, .choices input");
      if (!note || !input) continue;
      note.hidden = !wrong;
      note.textContent = wrong ? "Please fill this in." : "";
      input.toggleAttribute("aria-invalid", wrong);
      if (wrong) first ??= input;
    }
    return first;
  }
}

/** Where the blocks of a view stand: what was typed so far goes along with a press. */
export function surface(view, page, values, typed) {
  const press = (block, element, value) =>
    page.act("press", {
      view: view.id,
      block: block.block_id,
      action: element.action_id,
      value,
      values: values(),
    });
  return { about: page.about, press, typed, errors: view.errors, name: view.id };
}

/** The Home tab in `home`; only drawn again when the app changed it. */
export function showHome(home, view, page) {
  const sign = view ? `${view.id} ${view.hash} ${page.me()}` : `none ${page.me()}`;
  if (home.dataset.sign === sign) return;
  home.dataset.sign = sign;
  if (!view) {
    home.replaceChildren(
      el("p", { class: "dim empty", text: `${page.app().name} has not put anything on its Home tab yet.` }),
    );
    return;
  }
  const values = {};
  const on = surface(view, page, () => values, view.typed);
  on.values = values;
  const focused = home.contains(document.activeElement) ? document.activeElement.dataset.k : null;
  home.replaceChildren(...blocks(view.blocks, on));
  if (focused) [...home.querySelectorAll("[data-k]")].find((one) => one.dataset.k === focused)?.focus();
}
