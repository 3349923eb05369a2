// Fields: what can be filled in or chosen. The value is kept in the surface's `values`, and told to the app
// at once where the block says so.

import { el } from "./dom.js";
import { ask } from "./menus.js";
import { mrkdwn, plainText } from "./mrkdwn.js";

/** A text object. */
export function words(object, surface) {
  if (!object) return null;
  return object.type === "mrkdwn" ? mrkdwn(object.text, surface.about) : plainText(object.text);
}

/** A name by which focus finds a control again after it was drawn anew. */
export function named(block, element, extra = "") {
  return `${block.block_id}:${element.action_id}${extra}`;
}

/** Send a press, once the question that belongs to it is answered. */
export async function pressed(shown, block, element, surface, value) {
  if (element.confirm && !(await confirmed(element.confirm))) return;
  shown.setAttribute("aria-busy", "true");
  await surface.press(block, element, value);
  shown.removeAttribute("aria-busy");
}

const confirmed = (asked) =>
  ask({
    title: asked.title?.text ?? "Are you sure?",
    text: asked.text?.text,
    yes: asked.confirm?.text,
    no: asked.deny?.text,
    danger: asked.style === "danger",
  });

/** An input block: label, field, hint, and what is wrong with it. */
export function inputBlock(block, surface) {
  const id = `f-${surface.name}-${block.block_id}`.replace(/[^\w-]/g, "_");
  const { shown, input } = field(block, block.element, surface, {
    presses: Boolean(block.dispatch_action),
    id,
  });
  const error = surface.errors?.[block.block_id];
  const notes = [];
  if (block.hint) notes.push(el("p", { class: "hint", id: `${id}-hint` }, words(block.hint, surface)));
  notes.push(
    el("p", { class: "error", id: `${id}-error`, role: "alert", text: error ?? "", hidden: !error }),
  );
  const many = ["checkboxes", "radio_buttons"].includes(block.element.type);
  input.setAttribute(
    "aria-describedby",
    [block.hint && `${id}-hint`, `${id}-error`].filter(Boolean).join(" "),
  );
  if (error) input.setAttribute("aria-invalid", "true");
  if (!block.optional && !many) input.setAttribute("aria-required", "true");
  const optional = block.optional ? el("span", { class: "dim", text: " (optional)" }) : null;
  if (many)
    return el(
      "fieldset",
      { class: "field" },
      el("legend", {}, words(block.label, surface), optional),
      shown,
      notes,
    );
  return el(
    "div",
    { class: "field" },
    el("label", { for: id }, words(block.label, surface), optional),
    shown,
    notes,
  );
}

/** What was typed, or what the app filled in. */
function known(block, element, surface) {
  const typed = surface.typed?.[block.block_id];
  let value = typed;
  if (typed && typeof typed === "object" && element.action_id in typed) value = typed[element.action_id];
  else if (typed && typeof typed === "object" && !("type" in typed)) value = undefined;
  if (value && typeof value === "object" && !Array.isArray(value) && value.type === element.type) {
    const [, held] = Object.entries(value).find(([name]) => name !== "type") ?? [];
    return simple(held);
  }
  if (value !== undefined) return simple(value);
  const initial = Object.entries(element).find(([name]) => name.startsWith("initial_"));
  return initial ? simple(initial[1]) : null;
}

function simple(held) {
  if (Array.isArray(held)) return held.map(simple);
  if (held && typeof held === "object") return held.type === "rich_text" ? textOf(held) : held.value;
  return held;
}

const textOf = (rich) =>
  (rich.elements ?? [])
    .flatMap((part) => part.elements ?? [])
    .map((one) => one.text ?? "")
    .join("");

/** One field: {shown, input, read}. With `presses` the app is told of each change. */
export function field(block, element, surface, { presses, id = null }) {
  const start = known(block, element, surface);
  const note = (value) => {
    if (surface.values) (surface.values[block.block_id] ??= {})[element.action_id] = value;
  };
  const changed = async (value) => {
    note(value);
    if (!presses || TYPED.has(element.type)) return;
    await pressed(made.shown, block, element, surface, value);
    // A list in a message is a menu: the same entry can be chosen again.
    if (!surface.values && made.input.tagName === "SELECT" && !made.input.multiple)
      made.input.value = start ?? "";
  };
  const common = {
    id,
    "data-k": named(block, element),
    "data-action": element.action_id,
    "aria-label": id ? null : (element.placeholder?.text ?? element.accessibility_label ?? element.action_id),
  };
  const made = fieldOf(element, start, common, surface, changed);
  note(made.read());
  if (presses && TYPED.has(element.type)) {
    const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
    made.input.addEventListener("keydown", (event) => {
      if (
        event.key === "Enter" &&
        !event.shiftKey &&
        on.includes("on_enter_pressed") &&
        made.input.tagName === "INPUT"
      ) {
        event.preventDefault();
        pressed(made.shown, block, element, surface, made.read());
      }
    });
    if (on.includes("on_character_entered")) {
      made.input.addEventListener("input", () => pressed(made.shown, block, element, surface, made.read()));
    }
  }
  return made;
}

const TYPED = new Set([
  "plain_text_input",
  "number_input",
  "email_text_input",
  "url_text_input",
  "rich_text_input",
]);
const INPUTS = {
  number_input: "number",
  email_text_input: "email",
  url_text_input: "url",
  datepicker: "date",
  timepicker: "time",
  datetimepicker: "datetime-local",
};

function fieldOf(element, start, common, surface, changed) {
  if (["checkboxes", "radio_buttons"].includes(element.type))
    return choices(element, start, common, surface, changed);
  if (element.type.includes("select")) return select(element, start, common, surface, changed);
  if (element.type === "datetimepicker") return moment(start, common, changed);
  const many = element.multiline || element.type === "rich_text_input";
  const input = el(many ? "textarea" : "input", {
    ...common,
    class: "input",
    type: many ? null : (INPUTS[element.type] ?? "text"),
    rows: many ? "4" : null,
    placeholder: element.placeholder?.text,
    maxlength: element.max_length,
    minlength: element.min_length,
    step: element.type === "number_input" ? (element.is_decimal_allowed ? "any" : "1") : null,
    min: element.min_value,
    max: element.max_value,
    autofocus: element.focus_on_load,
  });
  if (start !== null && start !== undefined) input.value = start;
  const read = () => (element.type === "rich_text_input" ? rich(input.value) : input.value || null);
  input.addEventListener(TYPED.has(element.type) ? "input" : "change", () => changed(read()));
  return { shown: input, input, read };
}

const rich = (text) =>
  text
    ? { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] }
    : null;

function moment(start, common, changed) {
  const local = start ? new Date(start * 1000).toISOString().slice(0, 16) : "";
  const input = el("input", { ...common, class: "input", type: "datetime-local", value: local });
  const read = () => (input.value ? Date.parse(`${input.value}Z`) / 1000 : null);
  input.addEventListener("change", () => changed(read()));
  return { shown: input, input, read };
}

function select(element, start, common, surface, changed) {
  const multiple = element.type.startsWith("multi_");
  const input = el("select", { ...common, class: "input", multiple });
  if (!multiple) input.append(el("option", { value: "", text: element.placeholder?.text ?? "Choose …" }));
  const option = (one) => el("option", { value: one.value, text: one.text.text });
  for (const group of element.option_groups ?? []) {
    input.append(el("optgroup", { label: group.label.text }, group.options.map(option)));
  }
  input.append(...offered(element, surface.about).map(option));
  const chosen = new Set(multiple ? (start ?? []) : [start]);
  for (const one of input.options) one.selected = chosen.has(one.value);
  const read = () => (multiple ? [...input.selectedOptions].map((one) => one.value) : input.value || null);
  input.addEventListener("change", () => changed(read()));
  return { shown: input, input, read };
}

function offered(element, about) {
  if (element.type.includes("users")) return about.everybody();
  if (element.type.includes("channels") || element.type.includes("conversations")) return about.rooms();
  return element.options ?? [];
}

function choices(element, start, common, surface, changed) {
  const several = element.type === "checkboxes";
  const chosen = new Set(several ? (start ?? []) : [start]);
  const name = `${common["data-k"]}-${Math.random()}`;
  const shown = el(
    "div",
    { class: "choices" },
    element.options.map((option, at) => {
      const box = el("input", {
        type: several ? "checkbox" : "radio",
        name,
        value: option.value,
        "data-k": `${common["data-k"]}${at}`,
      });
      box.checked = chosen.has(option.value);
      box.addEventListener("change", () => changed(read()));
      return el(
        "label",
        { class: "choice" },
        box,
        el(
          "span",
          {},
          words(option.text, surface),
          option.description ? el("small", {}, words(option.description, surface)) : null,
        ),
      );
    }),
  );
  const read = () => {
    const on = [...shown.querySelectorAll("input:checked")].map((box) => box.value);
    return several ? on : (on[0] ?? null);
  };
  return { shown, input: shown, read };
}
