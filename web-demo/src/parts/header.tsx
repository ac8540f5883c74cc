import { customer } from "../dev/identity";
import { useConnection } from "../graph/connection";
import { to, type Route } from "../route";
import { texts } from "../texts";

const links = [
  { page: "home", address: to.home, text: texts.nav.book },
  { page: "bookings", address: to.bookings, text: texts.nav.bookings },
  { page: "understand", address: to.understand(), text: texts.nav.understand },
  { page: "operate", address: to.operate, text: texts.nav.operate },
  { page: "rush", address: to.rush, text: texts.nav.rush },
] as const;

/** The part of the demo that a page belongs to. */
function part(route: Route): Route["page"] {
  if (route.page === "listing") return "home";
  return route.page === "booking" ? "bookings" : route.page;
}

export function Header({ route }: { route: Route }) {
  const here = part(route);
  return (
    <header>
      <div className="bar">
        <a className="brand" href={to.home}>
          <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
            <rect width="32" height="32" rx="8" />
            <path d="M10 7v18M22 7v18M10 16h12" />
          </svg>
          {texts.name}
        </a>
        <div className="self">
          <p className="who" title={texts.youWhy}>
            {texts.you(customer())}
          </p>
          <Connection />
        </div>
      </div>
      <nav aria-label={texts.nav.label}>
        <ul role="list">
          {links.map(({ page, address, text }) => (
            <li key={page}>
              <a href={address} aria-current={here === page ? "page" : undefined}>
                {text}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  );
}

/** Says when the connection is lost, and when it is back; the rest of the time it is a small sign. */
function Connection() {
  const state = useConnection();
  const loud = state === "lost" || state === "back";
  return (
    <p className={`connection ${state}`} role="status">
      <span className="dot" aria-hidden="true" />
      <span className={loud ? "banner" : undefined}>{texts.connection[state]}</span>
    </p>
  );
}
