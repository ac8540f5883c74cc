// Where the visitor is: what stands behind `#`. No library, and no rule on the server's side.
import { useSyncExternalStore } from "react";

export type Route =
  | { page: "home" }
  | { page: "listing"; slug: string }
  | { page: "booking"; id: string }
  | { page: "bookings" }
  | { page: "understand"; id: string | undefined }
  | { page: "operate" }
  | { page: "rush" }
  | { page: "nowhere" };

export const to = {
  home: "#/",
  listing: (slug: string) => `#/book/${slug}`,
  booking: (id: string) => `#/booking/${id}`,
  bookings: "#/bookings",
  understand: (id?: string) => (id === undefined ? "#/understand" : `#/understand/${id}`),
  operate: "#/operate",
  rush: "#/rush",
} as const;

export function read(hash: string): Route {
  const [first = "", second, ...rest] = hash.replace(/^#\/?/, "").split("/");
  if (rest.length > 0) return { page: "nowhere" };
  switch (first) {
    case "":
      return { page: "home" };
    case "book":
      return second ? { page: "listing", slug: decodeURIComponent(second) } : { page: "nowhere" };
    case "booking":
      return second ? { page: "booking", id: second } : { page: "nowhere" };
    case "understand":
      return { page: "understand", id: second };
    case "bookings":
    case "operate":
    case "rush":
      return second === undefined ? { page: first } : { page: "nowhere" };
    default:
      return { page: "nowhere" };
  }
}

export function go(address: string): void {
  location.hash = address;
}

const subscribe = (listener: () => void) => {
  addEventListener("hashchange", listener);
  return () => {
    removeEventListener("hashchange", listener);
  };
};

export function useHash(): string {
  return useSyncExternalStore(subscribe, () => location.hash);
}
