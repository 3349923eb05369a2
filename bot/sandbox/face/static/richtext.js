// rich_text and markdown blocks as elements.

import { el } from "./dom.js";
import { sign } from "./emoji.js";
import { anchor, channelLink, mention } from "./mrkdwn.js";
import { dated } from "./times.js";

/** A rich_text block. */
export function richText(block, about) {
  return el(
    "div",
    { class: "rich" },
    (block.elements ?? []).map((part) => piece(part, about)),
  );
}

function piece(part, about) {
  const inside = part.elements ?? [];
  if (part.type === "rich_text_list") {
    const items = inside.map((item) => el("li", {}, runs(item.elements ?? [], about)));
    return el(
      part.style === "ordered" ? "ol" : "ul",
      { class: `depth-${Math.min(part.indent ?? 0, 5)}` },
      items,
    );
  }
  if (part.type === "rich_text_quote") return el("blockquote", {}, runs(inside, about));
  if (part.type === "rich_text_preformatted") return el("pre", {}, runs(inside, about));
  return el("p", {}, runs(inside, about));
}

function runs(elements, about) {
  return elements.map((one) => styled(run(one, about), one.style ?? {}));
}

function run(one, about) {
  switch (one.type) {
    case "user":
      return mention(about.person(one.user_id) ?? one.user_id);
    case "usergroup":
      return mention(about.group(one.usergroup_id) ?? "group");
    case "channel":
      return channelLink(one.channel_id, "", about);
    case "broadcast":
      return el("span", { class: "mention loud", text: `@${one.range}` });
    case "emoji":
      return document.createTextNode(sign(one.name));
    case "link":
      return anchor(one.url, one.text || one.url, about);
    case "date":
      return document.createTextNode(dated(one.timestamp, one.format, about.now(), about.zone()));
    case "color":
      return el("code", { text: one.value });
    default:
      return lines(String(one.text ?? ""));
  }
}

function lines(text) {
  const shown = document.createDocumentFragment();
  text.split("\n").forEach((line, at) => shown.append(...(at ? [el("br"), line] : [line])));
  return shown;
}

function styled(node, style) {
  let shown = node;
  for (const [name, tag] of [
    ["code", "code"],
    ["bold", "strong"],
    ["italic", "em"],
    ["strike", "s"],
  ]) {
    if (style[name]) shown = el(tag, {}, shown);
  }
  return shown;
}

/** A markdown block: headings, lists, quotes, code, emphasis and links. */
export function markdown(text, about) {
  const shown = el("div", { class: "rich" });
  let list = null;
  String(text ?? "")
    .split(/```\w*\n?([\s\S]*?)```/)
    .forEach((part, at) => {
      if (at % 2) {
        shown.append(el("pre", { text: part }));
        return;
      }
      for (const line of part.split("\n")) {
        const item = line.match(/^\s*(?:[-*]|(\d+)\.)\s+(.*)$/);
        if (item) {
          if (!list) shown.append((list = el(item[1] ? "ol" : "ul")));
          list.append(el("li", {}, emphasised(item[2], about)));
          continue;
        }
        list = null;
        const heading = line.match(/^(#{1,6})\s+(.*)$/);
        const quote = line.match(/^>\s?(.*)$/);
        if (heading) shown.append(el("h4", {}, emphasised(heading[2], about)));
        else if (quote) shown.append(el("blockquote", {}, emphasised(quote[1], about)));
        else if (line.trim()) shown.append(el("p", {}, emphasised(line, about)));
      }
    });
  return shown;
}

const MARKS =
  /\*\*([^*\n]+)\*\*|`([^`\n]+)`|\[([^\]\n]+)\]\((\S+?)\)|(?<!\w)[*_]([^*_\n]+)[*_](?!\w)|~~([^~\n]+)~~/g;

function emphasised(text, about) {
  const shown = [];
  let position = 0;
  for (const found of text.matchAll(MARKS)) {
    shown.push(text.slice(position, found.index));
    const [all, bold, code, label, url, italic, struck] = found;
    if (bold) shown.push(el("strong", { text: bold }));
    else if (code) shown.push(el("code", { text: code }));
    else if (label) shown.push(anchor(url, label, about));
    else shown.push(el(italic ? "em" : "s", { text: italic ?? struck }));
    position = found.index + all.length;
  }
  return [...shown, text.slice(position)];
}
