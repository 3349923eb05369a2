// Slack's text markup as elements. `about` tells who and what the tokens name:
// {person(id), channel(id), group(id), zone, now, follow(url)}.

import { el } from "./dom.js";
import { EMOJI, sign } from "./emoji.js";
import { dated } from "./times.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
export const plain = (text) => text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);

const BODY = (mark) =>
  `(?<![\\p{L}\\p{N}${mark}])${mark}(?=[^\\s${mark}])((?:<[^<>\\n]*>|[^${mark}\\n])*?[^\\s])${mark}(?![\\p{L}\\p{N}${mark}])`;
const INLINE = new RegExp(
  ["<([^<>\\n]+)>", "`([^`\\n]+)`", BODY("\\*"), BODY("_"), BODY("~"), ":([a-z0-9_+'-]+):"].join("|"),
  "gu",
);

/** A text with markup. */
export function mrkdwn(text, about) {
  const parts = document.createDocumentFragment();
  // A code block begins and ends its own lines.
  String(text ?? "")
    .split(/\n?```([\s\S]*?)```\n?/)
    .forEach((piece, at) => {
      if (at % 2) parts.append(el("pre", { text: plain(piece.replace(/^\n|\n$/g, "")) }));
      else if (piece || !at) parts.append(...quoted(piece, about));
    });
  return parts;
}

/** Plain text, in which only emoji names count. */
export function plainText(text) {
  return document.createTextNode(
    plain(String(text ?? "")).replace(/:([a-z0-9_+'-]+):/g, (all, name) => EMOJI[name] ?? all),
  );
}

function quoted(text, about) {
  const shown = [];
  let quote = null;
  let open = null;
  for (const line of text.split("\n")) {
    if (/^(?:&gt;|>)\s?/.test(line)) {
      if (!quote) shown.push((quote = el("blockquote")));
      else quote.append(el("br"));
      quote.append(...inline(line.replace(/^(?:&gt;|>)\s?/, ""), about));
      open = null;
    } else {
      if (!open) shown.push((open = document.createDocumentFragment()));
      else open.append(el("br"));
      open.append(...inline(line, about));
      quote = null;
    }
  }
  return shown;
}

function inline(text, about) {
  const shown = [];
  let position = 0;
  for (const found of text.matchAll(INLINE)) {
    if (found.index > position) shown.push(plain(text.slice(position, found.index)));
    const [, token, code, bold, italic, struck, emoji] = found;
    if (token !== undefined) shown.push(token_(token, about));
    else if (code !== undefined) shown.push(el("code", { text: plain(code) }));
    else if (bold !== undefined) shown.push(el("strong", {}, inline(bold, about)));
    else if (italic !== undefined) shown.push(el("em", {}, inline(italic, about)));
    else if (struck !== undefined) shown.push(el("s", {}, inline(struck, about)));
    else shown.push(sign(emoji));
    position = found.index + found[0].length;
  }
  if (position < text.length) shown.push(plain(text.slice(position)));
  return shown;
}

function token_(token, about) {
  const [target, label] = halves(token);
  if (target.startsWith("@")) return mention(about.person(target.slice(1)) ?? label ?? target.slice(1));
  if (target.startsWith("#")) return channelLink(target.slice(1), label, about);
  if (target.startsWith("!subteam^")) return mention(label || about.group(target.slice(9)) || "group");
  if (target.startsWith("!date^")) return date(target, label, about);
  if (target.startsWith("!")) return el("span", { class: "mention loud", text: `@${target.slice(1)}` });
  return anchor(plain(target), label === undefined ? plain(target) : plain(label), about);
}

function halves(token) {
  const at = token.indexOf("|");
  return at < 0 ? [token, undefined] : [token.slice(0, at), token.slice(at + 1)];
}

export const mention = (name) => el("span", { class: "mention", text: `@${String(name).replace(/^@/, "")}` });

export function channelLink(id, label, about) {
  const name = about.channel(id) ?? label;
  if (!name) return el("span", { class: "mention", text: "🔒 private channel" });
  return el("button", {
    class: "mention link",
    type: "button",
    text: `#${name}`,
    on: { click: () => about.open(id) },
  });
}

function date(target, label, about) {
  const [, seconds, words, url] = target.split("^");
  const at = Number(seconds);
  const text = Number.isFinite(at) ? plain(dated(at, words ?? "", about.now(), about.zone())) : (label ?? "");
  return url ? anchor(plain(url), text, about) : el("time", { text, title: plain(label ?? "") });
}

/** A link; only web and mail addresses become one. Links to messages stay on this page. */
export function anchor(url, text, about) {
  if (!/^(?:https?:\/\/|mailto:)/i.test(url)) return el("span", { text });
  const link = el("a", { href: url, text, target: "_blank", rel: "noopener noreferrer" });
  link.addEventListener("click", (event) => {
    if (about.follow(url)) event.preventDefault();
  });
  return link;
}
