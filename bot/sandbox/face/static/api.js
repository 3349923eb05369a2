// Talking to the sandbox. Its answers are state to show; gestures are sent by name.

const OWN = { "X-Sandbox-Face": "1" };

/** What somebody sees now, or after the next change when `since` is given. */
export async function look(wanted, signal) {
  const answer = await fetch(`/face/api/state?${new URLSearchParams(wanted)}`, { headers: OWN, signal });
  return answer.json();
}

/** Do something; answers {ok, error?, …}. */
export async function act(gesture, body) {
  try {
    const answer = await fetch(`/face/api/${gesture}`, {
      method: "POST",
      headers: { ...OWN, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return await answer.json();
  } catch {
    return { ok: false, error: "The sandbox does not answer. Is it still running?" };
  }
}
