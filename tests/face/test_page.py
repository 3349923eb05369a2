"""Messages, menus, threads, files and people on the page, without a bot."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Page, expect

from bot.sandbox import Channel, Person, Sandbox
from tests.face.desk import Desk

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)"> & "quotes"'


def test_what_people_write_is_text_and_nothing_else(page: Page, slack: Sandbox, room: Channel) -> None:
    """A message with a script in it, and a channel, a file and a person named like one, show as text."""
    nasty = slack.person("nasty", real_name="<b>Nasty</b>")
    nasty.join(room)
    desk = Desk(page)
    desk.open(slack.workspace.url)
    desk.say(HOSTILE)
    expect(desk.message("<script>").locator(".body")).to_have_text(HOSTILE)
    nasty.say(room, "hello", files=[{"name": "<i>file</i>.txt", "size": 2048}])
    slack.alert(room, username="<u>Alarm</u>", text="&lt;script&gt;alert(3)&lt;/script&gt;")
    expect(desk.message("<u>Alarm</u>")).to_contain_text("<script>alert(3)</script>")
    expect(page.get_by_text("<b>Nasty</b>").first).to_be_visible()
    expect(page.get_by_text("<i>file</i>.txt")).to_be_visible()
    expect(page.locator("#messages :is(script, img, i, u)")).to_have_count(0)


def test_markup_reads_as_in_slack(page: Page, slack: Sandbox, room: Channel, maya: Person) -> None:
    """Bold, italic, struck, code, quotes, links, mentions, dates and emoji; unknown links stay text."""
    maya.say(
        room,
        f"*bold* _soft_ ~gone~ `a*b*c` :tada: {maya.mention} <#{room.id}> "
        "<https://example.com/a_b_c|the *page*> <javascript:alert(1)|trap> snake_case_name 2*3*4\n"
        "&gt; quoted\n```x &lt; y```\n<!date^1767225600^{date_num} {time}|then>",
    )
    desk = Desk(page)
    desk.open(slack.workspace.url)
    body = desk.message("bold").locator(".body")
    for selector, words in (
        ("strong", "bold"),
        ("em", "soft"),
        ("s", "gone"),
        ("code", "a*b*c"),
        ("blockquote", "quoted"),
        ("pre", "x < y"),
        ("a", "the *page*"),
        (".mention >> nth=0", "@maya"),
        ("button.mention", "#incident-checkout"),
        ("time", "01/01/2026 01:00"),
    ):
        expect(body.locator(selector)).to_have_text(words)
    expect(body).to_contain_text("🎉")
    expect(body).to_contain_text("trap snake_case_name 2*3*4")
    expect(body.locator("a")).to_have_count(1)


def test_messages_come_in_by_themselves_and_channels_tell_what_is_unread(
    page: Page, slack: Sandbox, room: Channel, maya: Person, ben: Person
) -> None:
    """What others write appears without a reload and is read out; elsewhere a mark counts it."""
    other = slack.channel("general", members=[maya, ben])
    desk = Desk(page)
    desk.open(slack.workspace.url)
    ben.say(room, "Anybody looking?")
    expect(desk.message("Anybody looking?")).to_be_visible()
    expect(page.locator("#announcer")).to_have_text("Ben Okafor: Anybody looking?")
    ben.say(other, f"{maya.mention} lunch?")
    general = page.get_by_role("button", name="general, 1 unread")
    expect(general.locator(".count")).to_have_text("1")
    general.click()
    expect(desk.message("lunch?")).to_be_visible()
    expect(page.get_by_role("separator").filter(has_text="New")).to_be_visible()
    expect(page.get_by_role("button", name="general", exact=True)).to_be_visible()


def test_private_channels_show_to_their_members_only(
    page: Page, slack: Sandbox, room: Channel, maya: Person, ben: Person
) -> None:
    """Whoever one is, one sees what Slack would show them; a guest sees only their own channels."""
    guest = slack.person("nadia", real_name="Nadia Brandt", guest=True)
    slack.channel("incident-secret", members=[ben], private=True)
    slack.channel("vendor", members=[guest, maya])
    slack.channel("old", members=[ben]).archive()
    desk = Desk(page)
    desk.open(slack.workspace.url)
    names = page.locator("#channels .channel")
    expect(names).to_have_text(["#incident-checkout", "#vendor"])
    desk.be("Ben Okafor")
    expect(page.get_by_role("button", name="incident-secret, private")).to_be_visible()
    page.get_by_role("button", name="old, archived").click()
    expect(page.get_by_placeholder("This channel is archived")).to_be_disabled()
    desk.be("Nadia Brandt")
    expect(names).to_have_text(["#vendor"])
    expect(page.get_by_role("heading", name="vendor")).to_be_visible()
    assert room.members[0] == maya.id


def test_editing_deleting_and_reacting(page: Page, slack: Sandbox, room: Channel, ben: Person) -> None:
    """One's own messages can be changed and deleted; any can be reacted to, and taken back."""
    desk = Desk(page)
    desk.open(slack.workspace.url)
    desk.say("Frist words")
    desk.tool(desk.message("Frist words"), "More actions")
    page.get_by_role("menuitem", name="Edit message").click()
    page.get_by_role("textbox", name="Edit message").fill("First words for @ben")
    page.keyboard.press("Enter")
    changed = desk.message("First words for @ben")
    expect(changed).to_contain_text("(edited)")
    assert room.messages[-1].text == f"First words for {ben.mention}"
    desk.tool(changed, "Add reaction")
    page.get_by_role("searchbox", name="Search emoji").fill("rocket")
    page.keyboard.press("Enter")
    pill = changed.get_by_role("button", name="rocket, 1")
    expect(pill).to_have_attribute("aria-pressed", "true")
    pill.click()
    expect(pill).to_have_count(0)
    desk.tool(changed, "More actions")
    page.get_by_role("menuitem", name="Delete message").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("First words")).to_have_count(0)
    theirs = ben.say(room, "Not yours")
    desk.tool(desk.message("Not yours"), "More actions")
    expect(page.get_by_role("menuitem")).to_have_text(["Take a notepostmortem", "Copy text"])
    assert theirs in room.messages


def test_threads_live_beside_the_channel(page: Page, slack: Sandbox, room: Channel, ben: Person) -> None:
    """A reply stays in the thread, or is sent to the channel too; a command in a thread is refused."""
    root = ben.say(room, "What happened?")
    desk = Desk(page)
    desk.open(slack.workspace.url)
    desk.tool(desk.message("What happened?"), "Reply in thread")
    desk.reply("The pool was empty")
    expect(desk.in_thread("The pool was empty")).to_be_visible()
    expect(desk.message("The pool was empty")).to_have_count(0)
    expect(desk.message("What happened?").locator(".replies")).to_contain_text("1 reply")
    page.get_by_label("Also send to the channel").check()
    desk.reply("For everybody")
    expect(desk.message("For everybody")).to_contain_text("replied to a thread")
    desk.reply("/postmortem help")
    expect(page.get_by_role("alert").filter(has_text="no slash commands in threads")).to_be_visible()
    expect(page.get_by_role("textbox", name="Reply", exact=True)).to_have_value("/postmortem help")
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary", name="Thread")).to_have_count(0)
    assert [reply.text for reply in root.replies] == ["The pool was empty", "For everybody"]


def test_what_is_half_written_waits(page: Page, slack: Sandbox, room: Channel, maya: Person) -> None:
    """A draft belongs to its channel and its author, and is there when one comes back."""
    slack.channel("general", members=[maya])
    desk = Desk(page)
    desk.open(slack.workspace.url)
    field = page.get_by_role("textbox", name="Message", exact=True)
    field.fill("half a sent")
    page.get_by_role("button", name="general").click()
    expect(page.get_by_role("heading", name="general")).to_be_visible()
    expect(field).to_have_value("")
    page.get_by_role("button", name="incident-checkout").click()
    expect(field).to_have_value("half a sent")
    desk.be("Ben Okafor")
    expect(field).to_have_value("")
    desk.be("Maya Lindqvist")
    expect(field).to_have_value("half a sent")
    assert room.messages[-1].user == slack.app.bot_user_id


def test_the_page_finds_a_sandbox_that_started_anew(page: Page, slack: Sandbox, room: Channel) -> None:
    """It says that nobody answers, looks again, and begins anew where people and channels are others."""
    desk = Desk(page)
    desk.open(slack.workspace.url)
    port = int(slack.workspace.url.rstrip("/").rpartition(":")[2])
    assert room.name == "incident-checkout"
    slack.stop()
    expect(page.get_by_text("The sandbox does not answer")).to_be_visible()
    fresh = Sandbox(now=time.time, port=port)
    fresh.show()
    with fresh:
        fresh.channel("elsewhere", members=[fresh.person("otto", real_name="Otto Neu")])
        expect(page.get_by_role("heading", name="elsewhere")).to_be_visible()
        expect(page.get_by_text("The sandbox does not answer")).to_be_hidden()


def test_links_to_messages_stay_on_the_page(
    page: Page, slack: Sandbox, room: Channel, maya: Person, ben: Person
) -> None:
    """A permalink opens its message, in its channel and thread, as in Slack."""
    other = slack.channel("general", members=[maya, ben])
    root = ben.say(room, "What happened?")
    reply = ben.say(room, "The pool was empty", thread=root)
    link = f"https://sandbox.slack.com/archives/{room.id}/p{reply.ts.replace('.', '')}"
    ben.say(other, f"see <{link}?thread_ts={root.ts}&amp;cid={room.id}|there>")
    desk = Desk(page)
    desk.open(slack.workspace.url)
    page.get_by_role("button", name="general").click()
    page.get_by_role("link", name="there").click()
    expect(page.get_by_role("heading", name="incident-checkout")).to_be_visible()
    expect(desk.in_thread("The pool was empty")).to_be_focused()


def test_files_go_up_and_come_down(
    page: Page, slack: Sandbox, room: Channel, tmp_path: Path, ben: Person
) -> None:
    """What is attached arrives whole, pictures are shown, and a page among the files runs nothing."""
    (tmp_path / "log.txt").write_bytes(b"too many connections\n" * 500)
    (tmp_path / "evil.html").write_text("<h1>Report</h1><script>document.title = 'ran'</script>")
    desk = Desk(page)
    desk.open(slack.workspace.url)
    page.get_by_label("Attach files").first.set_input_files([tmp_path / "log.txt", tmp_path / "evil.html"])
    expect(page.get_by_text("📎 evil.html")).to_be_visible()
    desk.say("Both files")
    expect(desk.message("Both files").locator("a.file")).to_have_count(2)
    held = room.messages[-1].files
    assert slack.workspace.uploads[held[0]["id"]] == b"too many connections\n" * 500
    with page.context.expect_page() as opened:
        desk.message("Both files").get_by_role("link", name="evil.html").click()
    expect(opened.value.get_by_role("heading", name="Report")).to_be_visible()
    assert opened.value.title() != "ran"
    assert ben.id in room.members


def test_the_clock_jumps_for_everybody(page: Page, slack: Sandbox, room: Channel) -> None:
    """By a button or by minutes; the page shows the sandbox's time in the reader's zone."""
    before = slack.workspace.now()
    desk = Desk(page)
    desk.open(slack.workspace.url)
    desk.jump("+1 day")
    expect(page.get_by_role("dialog", name="Jump ahead")).to_have_count(0)
    assert slack.until(lambda: slack.workspace.now() - before > 86_400)
    page.get_by_role("button", name="Sandbox time").click()
    page.get_by_label("Minutes").fill("90")
    page.keyboard.press("Enter")
    assert slack.until(lambda: slack.workspace.now() - before > 86_400 + 5_400)
    shown = time.strftime("%a %-d %b", time.gmtime(slack.workspace.now() + 3_600))
    expect(page.locator("#clock")).to_contain_text(shown)
    desk.say("later")
    assert slack.until(lambda: room.messages[-1].text == "later")
    assert float(room.messages[-1].ts) - before > 86_400


def test_a_phone_is_wide_enough(page: Page, slack: Sandbox, room: Channel, ben: Person) -> None:
    """Channels slide in, the thread covers the channel, and nothing is wider than the screen."""
    ben.say(room, "What happened? " + "x" * 400)
    page.set_viewport_size({"width": 360, "height": 720})
    page.goto(slack.workspace.url)
    desk = Desk(page)
    expect(desk.message("What happened?")).to_be_visible()
    expect(page.locator("#channels")).not_to_be_visible()
    page.get_by_role("button", name="Channels", exact=True).click()
    page.get_by_role("button", name="incident-checkout").click()
    expect(page.locator("#channels")).not_to_be_visible()
    desk.tool(desk.message("What happened?"), "Reply in thread")
    desk.reply("The pool was empty")
    expect(desk.in_thread("The pool was empty")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Close thread").click()
    expect(desk.message("What happened?").locator(".replies")).to_be_visible()
