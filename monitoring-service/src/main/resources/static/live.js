// Listens to api/events. While that cannot be had, it asks api/overview now and then. A page that nobody sees does not listen:
// browsers open six connections to a host at the most, and each page that listens holds one.
const SILENCE = 6000;
const PAUSE = 3000;
const TIMEOUT = 5000;

export async function getJson(path) {
  const response = await fetch(path, { signal: AbortSignal.timeout(TIMEOUT), cache: "no-store" });
  if (!response.ok) throw Object.assign(new Error(`${path}: status ${response.status}`), { status: response.status });
  return response.json();
}

// listener: opened() at each new connection, overview(body, streamed), lost()
export function listen(listener) {
  let source = null;
  let silence = null;
  let timer = null;
  let fresh = true;
  let paused = document.hidden;
  let turn = 0;

  function heard(body, streamed) {
    if (fresh) {
      fresh = false;
      listener.opened();
    }
    listener.overview(body, streamed);
  }

  function watch() {
    clearTimeout(silence);
    silence = setTimeout(fail, SILENCE);
  }

  function connect() {
    stop();
    source = new EventSource("api/events");
    watch();
    source.addEventListener("overview", (event) => {
      watch();
      heard(JSON.parse(event.data), true);
    });
    source.addEventListener("error", fail);
  }

  function stop() {
    turn += 1;
    clearTimeout(silence);
    clearTimeout(timer);
    source?.close();
  }

  async function fail() {
    stop();
    const mine = turn;
    const body = await getJson("api/overview").catch(() => null);
    // The page was hidden, or shown again, meanwhile.
    if (mine !== turn) return;
    if (body === null) {
      fresh = true;
      listener.lost();
    } else {
      heard(body, false);
    }
    if (!paused) timer = setTimeout(connect, PAUSE);
  }

  function pause(now) {
    if (now === paused) return;
    paused = now;
    stop();
    if (!paused) {
      fresh = true;
      connect();
    }
  }

  document.addEventListener("visibilitychange", () => pause(document.hidden));
  addEventListener("pagehide", () => pause(true));
  addEventListener("pageshow", () => pause(document.hidden));
  if (!paused) connect();
}
