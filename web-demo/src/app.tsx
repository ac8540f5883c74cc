import { ApolloProvider } from "@apollo/client/react";
import { lazy, Suspense, useEffect, useRef, type ReactNode } from "react";
import { BookingPage } from "./booking/booking-page";
import { BookingsPage } from "./booking/bookings-page";
import { HomePage } from "./book/home-page";
import { ListingPage } from "./book/listing-page";
import { clientFor } from "./graph/client";
import { Header } from "./parts/header";
import { Page } from "./parts/page";
import { Loading } from "./parts/states";
import { read, to, useHash, type Route } from "./route";
import { texts } from "./texts";

// Who books does not need the rest: it comes when it is asked for.
const UnderstandPage = lazy(() => import("./understand/understand-page"));
const OperatePage = lazy(() => import("./operate/operate-page"));
const RushPage = lazy(() => import("./rush/rush-page"));

export function App() {
  const hash = useHash();
  const route = read(hash);
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);

  // Another page begins at its top, and a screen reader says so. The first one is said by the browser.
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [hash]);

  return (
    <>
      <a className="skip" href="#main" onClick={(event) => {
        event.preventDefault();
        main.current?.focus();
      }}>
        {texts.skip}
      </a>
      <Header route={route} />
      <main id="main" ref={main} tabIndex={-1}>
        <Suspense fallback={<Loading />}>{pageOf(route)}</Suspense>
      </main>
      <footer>
        <p>{texts.footer.about}</p>
        <p>
          <a href="/graphiql">{texts.footer.graphiql}</a> <a href="/metrics">{texts.footer.metrics}</a>
        </p>
      </footer>
    </>
  );
}

function pageOf(route: Route): ReactNode {
  switch (route.page) {
    case "home":
      return <HomePage />;
    case "listing":
      return <ListingPage key={route.slug} slug={route.slug} />;
    case "booking":
      return <BookingPage key={route.id} id={route.id} />;
    case "bookings":
      return <BookingsPage />;
    case "understand":
      return <UnderstandPage id={route.id} />;
    case "operate":
      return (
        <ApolloProvider client={clientFor("OPERATOR")}>
          <OperatePage />
        </ApolloProvider>
      );
    case "rush":
      return <RushPage />;
    case "nowhere":
      return (
        <Page title={texts.notFound.title} lead={texts.notFound.lead}>
          <a className="button" href={to.home}>
            {texts.notFound.back}
          </a>
        </Page>
      );
  }
}
