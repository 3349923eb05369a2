// The page is what the state says: it waits for news, draws, and sends what people do.

import { act as send, look } from "./api.js";
import { clockPanel } from "./clockpanel.js";
import { composer } from "./composer.js";
import { el, icon } from "./dom.js";
import { closePopup } from "./menus.js";
import { showMessages, walk } from "./messages.js";
import { modals, showHome } from "./modal.js";
import { channelMenu, newChannel, showChannels, showGuide, showPerson } from "./sidebar.js";

const $ = (id) => document.getElementById(id);
const place = { me: sessionStorage.getItem("me") ?? "", channel: "", thread: "", tab: "channel", fresh: "" };
const drafts = new Map();
let state = null;
let waiting = null;
let heard = "";

// What the parts need of the page

const user = (id) => state?.people.find((one) => one.id === id);
const zone = () => user(state?.me)?.tz ?? "UTC";
const clock = clockPanel($("clock"), zone, (seconds) => act("jump", { seconds }));
const option = (value, text) => ({ value, text: { text } });

const about = {
  person: (id) => user(id)?.name,
  channel: (id) => state.channels.find((one) => one.id === id)?.name,
  group: (id) => state.groups[id],
  zone,
  now: () => state.now,
  open: (id) => go({ channel: id, tab: "channel", thread: "" }),
  follow,
  everybody: () => state.people.filter((one) => !one.gone).map((one) => option(one.id, one.real_name)),
  rooms: () => state.channels.filter((one) => !one.direct).map((one) => option(one.id, `#${one.name}`)),
  file: (id, name) => `/face/files/${id}/${encodeURIComponent(name)}?as=${state.me}`,
};

const page = {
  about,
  act,
  zone,
  user,
  follow,
  me: () => state.me,
  app: () => state.app,
  place: () => place,
  naming: () => state.people.length + state.channels.length,
  open: about.open,
  openThread: (ts, write) => go({ thread: ts }).then(() => write && threadWriter.area.focus()),
  commands: () => state.app.commands,
  shortcuts: () => state.app.shortcuts,
  useShortcut: (id) => act("shortcut", { id }),
  people: () => state.people.filter((one) => !one.gone),
};

/** Do something as the person one is, in the channel that is open; tells what went wrong. */
async function act(gesture, body = {}) {
  const answer = await send(gesture, { as: state.me, channel: place.channel, ...body });
  if (!answer.ok) toast(answer.error);
  return answer;
}

function toast(words) {
  const shown = el("div", { class: "toast", role: "alert", text: words });
  (document.querySelector("dialog[open]") ?? document.body).append(shown);
  setTimeout(() => shown.remove(), 6000);
}

/** A link to a message of this workspace opens it here. */
function follow(url) {
  const found = url.match(
    /^https:\/\/sandbox\.slack\.com\/archives\/(\w+)\/p(\d+)(\d{6})(?:\?thread_ts=([\d.]+))?/,
  );
  if (!found || !state.channels.some((one) => one.id === found[1])) return false;
  const ts = `${found[2]}.${found[3]}`;
  go({ channel: found[1], tab: "channel", thread: found[4] ?? "" }).then(() => {
    const row = [...document.querySelectorAll(".message")].findLast((one) => one.dataset.ts === ts);
    row?.scrollIntoView({ block: "center" });
    row?.focus({ preventScroll: true });
    row?.classList.add("flash");
  });
  return true;
}

// Waiting for news

async function follow_() {
  for (;;) {
    waiting = new AbortController();
    const wanted = {
      as: place.me,
      channel: place.channel,
      thread: place.thread,
      looking: document.hidden ? "0" : "1",
    };
    if (state && !place.turned) wanted.since = state.version;
    place.turned = false;
    const seen = await look(wanted, waiting.signal).catch((error) => ({ lost: error.name !== "AbortError" }));
    if (seen.version !== undefined || seen.ok === false) take(seen);
    $("offline").hidden = !seen.lost;
    if (!seen.lost && seen.ok !== false) continue;
    place.turned = true;
    await new Promise((again) => setTimeout(again, 1000));
  }
}

function take(seen) {
  if (seen.same) return clock(seen);
  if (seen.ok === false) {
    // Somebody of another day: the sandbox has started anew since.
    Object.assign(place, { me: "", channel: "", turned: true });
    return;
  }
  state = seen;
  place.me ||= seen.me;
  clock(seen);
  if (!place.channel || !state.channels.some((one) => one.id === place.channel)) return choose();
  draw();
  arrived.splice(0).forEach((done) => done());
}

/** Where to begin: the channel of the address, else the liveliest, else the first. */
function choose() {
  const [, channel, thread] = location.hash.split("/");
  const rooms = state.channels.filter((one) => one.member && !one.direct);
  const asked = rooms.find((one) => one.id === channel);
  const lively = [...rooms].sort((a, b) => b.unread - a.unread)[0];
  const incident = rooms.find((one) => !one.archived && !one.private && one.name.startsWith("incident-"));
  const chosen = asked ?? (lively?.unread ? lively : (incident ?? lively));
  if (chosen) go({ channel: chosen.id, thread: asked ? (thread ?? "") : "", tab: "channel" });
  else draw();
}

const arrived = [];

/** Turn to something else; done once it is drawn. */
function go(change) {
  keepDrafts();
  closePopup();
  if (change.channel && change.channel !== place.channel) Object.assign(place, { thread: "", fresh: "" });
  Object.assign(place, change, { turned: true });
  if (change.channel) place.fresh = null;
  document.body.classList.remove("aside");
  history.replaceState(null, "", `#/${place.channel}${place.thread ? `/${place.thread}` : ""}`);
  waiting?.abort();
  return new Promise((done) => arrived.push(done)).then(loadDrafts);
}

function become(id) {
  sessionStorage.setItem("me", id);
  go({ me: id }).then(() => place.tab === "home" && act("home"));
}

document.addEventListener("visibilitychange", () => document.hidden || !state || go({}));

// Drawing

const showModal = modals(page);

function draw() {
  showPerson($("person"), state, become);
  showGuide($("guide"), state.guide);
  showChannels($("channels"), state.channels, page);
  drawApp();
  const channel = state.channels.find((one) => one.id === place.channel);
  $("home").hidden = place.tab !== "home";
  $("room").hidden = place.tab !== "channel" || !channel;
  if (place.tab === "home") showHome($("home-blocks"), state.home, page);
  if (channel) drawRoom(channel);
  showModal(state.views[0]);
}

function drawApp() {
  const direct = state.channels.find((one) => one.direct);
  const button = $("app");
  button.setAttribute(
    "aria-current",
    place.tab === "home" || direct?.id === place.channel ? "page" : "false",
  );
  $("app-name").textContent = state.app.name;
  $("app-news").hidden = !direct?.unread;
  $("app-state").className = `dot ${state.app.connected ? "on" : "off"}`;
  $("app-state").title = state.app.connected ? "connected" : "not connected";
  button.setAttribute(
    "aria-label",
    `${state.app.name}, ${state.app.connected ? "connected" : "not connected"}`,
  );
  $("direct").hidden = !direct;
}

function drawRoom(channel) {
  const seen = state.open;
  $("room-name").replaceChildren(
    channel.direct ? "" : channel.archived ? icon("box") : channel.private ? icon("lock") : "# ",
    channel.direct ? `${state.app.name} (direct message)` : channel.name,
  );
  $("room-count").textContent = `${channel.members.length} members`;
  $("room-count").hidden = channel.direct;
  $("join").hidden = channel.member || channel.archived;
  document.title = `${channel.direct ? state.app.name : `#${channel.name}`} · Sandbox`;
  const can = channel.member && !channel.archived;
  writer.allow(
    can,
    channel.archived
      ? "This channel is archived"
      : channel.member
        ? `Message ${channel.direct ? state.app.name : `#${channel.name}`}`
        : "Join the channel to write in it",
  );
  threadWriter.allow(can, can ? "Reply …" : "Nobody can write here");
  if (!seen) return;
  if (place.fresh === null) place.fresh = seen.read;
  const bottom = atBottom($("scroll"));
  const turned = $("messages").dataset.of !== `${state.me} ${channel.id}`;
  $("messages").dataset.of = `${state.me} ${channel.id}`;
  showMessages($("messages"), seen.messages, page, { unread: place.fresh });
  if (turned || bottom) $("scroll").scrollTop = $("scroll").scrollHeight;
  const news = announce(channel, seen.messages);
  if (turned || atBottom($("scroll"))) $("newer").hidden = true;
  else if (news) $("newer").hidden = false;
  drawThread(seen.thread);
}

function drawThread(thread) {
  const shown = Boolean(place.thread && thread && place.tab === "channel");
  document.body.classList.toggle("threaded", shown);
  $("thread").hidden = !shown;
  if (!shown) return;
  const bottom = atBottom($("thread-scroll"));
  const turned = $("thread-messages").dataset.of !== place.thread;
  $("thread-messages").dataset.of = place.thread;
  const before = $("thread-messages").children.length;
  showMessages($("thread-messages"), thread, page, { inThread: true });
  if (!turned && bottom && before !== $("thread-messages").children.length)
    $("thread-scroll").scrollTop = $("thread-scroll").scrollHeight;
}

const atBottom = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 80;

/** Read a new message out, for those who do not see it; whether there was one. */
function announce(channel, messages) {
  const newest = messages.at(-1);
  const name = `${state.me} ${channel.id}`;
  const [of, ts] = heard.split("\n");
  const isNew = of === name && newest && newest.ts > ts && newest.user !== state.me;
  if (of !== name) $("announcer").textContent = "";
  if (isNew) {
    $("announcer").textContent =
      `${user(newest.user)?.real_name ?? newest.username ?? state.app.name}: ${newest.text.slice(0, 200)}`;
  }
  heard = `${name}\n${newest?.ts ?? ""}`;
  return isNew;
}

// Writing

const writer = composer({
  page,
  thread: false,
  send: async ({ text, files }) => {
    // What comes of it appears at the end, so that is where who sends looks next, as in Slack.
    $("scroll").scrollTop = $("scroll").scrollHeight;
    if (text.startsWith("/") && !files.length) {
      return (await act("command", { text })).ok;
    }
    return (await act("say", { text, files })).ok;
  },
});
const threadWriter = composer({
  page,
  thread: true,
  send: async ({ text, files, broadcast }) => {
    if (text.startsWith("/")) {
      toast("Slack has no slash commands in threads. Use a message's menu, or the channel.");
      return false;
    }
    $("thread-scroll").scrollTop = $("thread-scroll").scrollHeight;
    return (await act("say", { text, files, broadcast, thread: place.thread })).ok;
  },
});

// What each field holds a draft of: who writes, and where.
const drafted = { root: "", reply: "" };

function keepDrafts() {
  drafts.set(drafted.root, writer.area.value);
  drafts.set(drafted.reply, threadWriter.area.value);
}

function loadDrafts() {
  const root = `${place.me} ${place.channel}`;
  const reply = `${root} ${place.thread}`;
  if (root !== drafted.root) writer.swap(drafts.get(root) ?? "");
  if (reply !== drafted.reply) threadWriter.swap(drafts.get(reply) ?? "");
  Object.assign(drafted, { root, reply });
}

// Buttons that are always there

$("write").append(writer.home);
$("thread-write").append(threadWriter.home);
walk($("messages"));
walk($("thread-messages"));
const closeThread = () => {
  const root = [...document.querySelectorAll("#messages .message")].find(
    (one) => one.dataset.ts === place.thread,
  );
  go({ thread: "" }).then(() => (root?.isConnected ? root : writer.area).focus());
};
$("thread-close").append(icon("close"));
$("thread-close").addEventListener("click", closeThread);
$("thread").addEventListener(
  "keydown",
  (event) => event.key === "Escape" && !event.defaultPrevented && closeThread(),
);
$("menu").append(icon("menu"));
$("menu").addEventListener("click", () => document.body.classList.toggle("aside"));
$("shade").addEventListener("click", () => document.body.classList.remove("aside"));
$("add-channel").append(icon("plus"));
$("add-channel").addEventListener("click", () => newChannel(act, about.open));
$("app").addEventListener("click", () => {
  act("home");
  go({ tab: "home", thread: "" }).then(() => $("home-title").focus());
});
$("direct").addEventListener("click", () => about.open(state.channels.find((one) => one.direct).id));
$("room-count").addEventListener("click", () =>
  channelMenu(
    $("room-count"),
    state.channels.find((one) => one.id === place.channel),
    state,
    act,
  ),
);
$("join").addEventListener("click", () => act("join"));
$("newer").addEventListener("click", () => {
  $("scroll").scrollTop = $("scroll").scrollHeight;
});
$("scroll").addEventListener("scroll", () => {
  if (atBottom($("scroll"))) $("newer").hidden = true;
});

follow_();
