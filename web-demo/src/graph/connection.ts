// Whether the page hears of changes. One line of it is shown to people, so it is one small store.
import { useSyncExternalStore } from "react";
import type { Part } from "../dev/identity";

export type ConnectionState = "quiet" | "live" | "lost" | "back";

/** How long it is said that the connection is back, in milliseconds. */
const SAID_FOR = 6_000;

class Connection {
  private readonly lost = new Set<Part>();
  private readonly open = new Set<Part>();
  private readonly listeners = new Set<() => void>();
  private state: ConnectionState = "quiet";
  private timer: ReturnType<typeof setTimeout> | undefined;

  connected(part: Part): void {
    this.open.add(part);
    const wasLost = this.lost.delete(part);
    if (this.lost.size > 0) return;
    if (!wasLost) {
      if (this.state === "quiet") this.become("live");
      return;
    }
    this.become("back");
    this.timer = setTimeout(() => {
      this.become("live");
    }, SAID_FOR);
  }

  /** A socket that was needed is lost; another one is missed by nobody. */
  closed(part: Part, wasIdle: boolean): void {
    this.open.delete(part);
    if (wasIdle) {
      if (this.open.size === 0 && this.lost.size === 0) this.become("quiet");
      return;
    }
    this.lost.add(part);
    this.become("lost");
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): ConnectionState => this.state;

  private become(state: ConnectionState): void {
    clearTimeout(this.timer);
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

export const connection = new Connection();

export function useConnection(): ConnectionState {
  return useSyncExternalStore(connection.subscribe, connection.snapshot);
}
