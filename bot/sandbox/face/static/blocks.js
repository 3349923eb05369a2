// Block Kit. A surface is where blocks stand: {about, press(block, element, value), typed, values, errors}.
// `values` collects what is filled in, by block_id and action_id; only views have it.

import { el, icon } from "./dom.js";
import { field, inputBlock, named, pressed, words } from "./fields.js";
import { menu } from "./menus.js";
import { anchor, plainText } from "./mrkdwn.js";
import { markdown, richText } from "./richtext.js";

export function blocks(list, surface) {
  return (list ?? []).map((block) => {
    const make = KINDS[block.type];
    const shown = make ? make(block, surface) : el("p", { class: "dim", text: `(a ${block.type} block)` });
    shown.dataset.block = block.block_id ?? "";
    return shown;
  });
}

const KINDS = {
  section: (block, surface) =>
    el(
      "div",
      { class: "section" },
      el(
        "div",
        { class: "grow" },
        block.text ? el("div", { class: "text" }, words(block.text, surface)) : null,
        block.fields
          ? el(
              "div",
              { class: "fields" },
              block.fields.map((one) => el("div", {}, words(one, surface))),
            )
          : null,
      ),
      block.accessory ? control(block, block.accessory, surface) : null,
    ),
  header: (block, surface) => el("h3", { class: "header" }, words(block.text, surface)),
  divider: () => el("hr"),
  context: (block, surface) =>
    el(
      "div",
      { class: "context" },
      block.elements.map((one) =>
        one.type === "image" ? picture(one, surface, "tiny") : el("span", {}, words(one, surface)),
      ),
    ),
  actions: (block, surface) =>
    el(
      "div",
      { class: "actions" },
      block.elements.map((one) => control(block, one, surface)),
    ),
  image: (block, surface) =>
    el(
      "figure",
      {},
      block.title ? el("figcaption", {}, words(block.title, surface)) : null,
      picture(block, surface, ""),
    ),
  rich_text: (block, surface) => richText(block, surface.about),
  markdown: (block, surface) => markdown(block.text, surface.about),
  input: (block, surface) => inputBlock(block, surface),
  table: (block, surface) => table(block, surface),
};
KINDS.context_actions = KINDS.actions;

function table(block, surface) {
  const cell = (one) =>
    one.type === "rich_text" ? richText(one, surface.about) : plainText(one.text ?? one.value);
  return el(
    "div",
    { class: "table" },
    el(
      "table",
      {},
      el(
        "tbody",
        {},
        block.rows.map((row, at) =>
          el(
            "tr",
            {},
            row.map((one) => el(at ? "td" : "th", {}, cell(one))),
          ),
        ),
      ),
    ),
  );
}

/** A picture: ours is shown; a foreign one is named and linked, since this page asks nobody else for anything. */
export function picture(one, surface, kind) {
  const file = one.slack_file?.id;
  const url = file ? surface.about.file(file, "image") : (one.image_url ?? "");
  const own = file || url.startsWith("data:image/") || url.startsWith(location.origin);
  if (own) return el("img", { src: url, alt: one.alt_text ?? "", class: `picture ${kind}`, loading: "lazy" });
  return el("span", { class: "dim" }, anchor(url, `🖼 ${one.alt_text || "picture"}`, surface.about));
}

// What can be pressed or chosen

function control(block, element, surface) {
  const make = CONTROLS[element.type];
  return make ? make(block, element, surface) : el("span", { class: "dim", text: `(a ${element.type})` });
}

const CONTROLS = {
  button,
  workflow_button: button,
  overflow,
  image: (block, element, surface) => picture(element, surface, "accessory"),
  ...Object.fromEntries(
    [
      "static_select",
      "external_select",
      "multi_static_select",
      "users_select",
      "multi_users_select",
      "conversations_select",
      "multi_conversations_select",
      "channels_select",
      "multi_channels_select",
      "datepicker",
      "timepicker",
      "datetimepicker",
      "checkboxes",
      "radio_buttons",
      "plain_text_input",
      "number_input",
      "email_text_input",
      "url_text_input",
      "rich_text_input",
    ].map((kind) => [
      kind,
      (block, element, surface) => field(block, element, surface, { presses: true }).shown,
    ]),
  ),
};

function button(block, element, surface) {
  const shown = el(
    "button",
    {
      type: "button",
      class: `button ${element.style ?? ""}`,
      "data-k": named(block, element, element.value ?? ""),
      "data-action": element.action_id,
      "aria-label": element.accessibility_label,
    },
    plainText(element.text.text),
  );
  shown.addEventListener("click", async () => {
    if (element.url) open(element.url, "_blank", "noopener");
    await pressed(shown, block, element, surface, element.value ?? null);
  });
  return shown;
}

function overflow(block, element, surface) {
  const shown = el(
    "button",
    {
      type: "button",
      class: "button quiet",
      "aria-label": "More",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "data-k": named(block, element),
      "data-action": element.action_id,
    },
    icon("more"),
  );
  shown.addEventListener("click", () =>
    menu(
      shown,
      "More",
      element.options.map((option) => ({
        label: option.text.text,
        hint: option.description?.text,
        does: () => pressed(shown, block, element, surface, option.value),
      })),
    ),
  );
  return shown;
}
