import { useQuery } from "@apollo/client/react";
import { useState } from "react";
import { ListingsDocument, type ListingsQuery } from "../gql/graphql";
import { dateTime, isZero, money } from "../parts/format";
import { Page } from "../parts/page";
import { Empty, Failed, Loading } from "../parts/states";
import { to } from "../route";
import { texts } from "../texts";

type Listed = ListingsQuery["listings"]["edges"][number]["node"];

export function HomePage() {
  const [from] = useState(() => new Date().toISOString());
  const { data, error, refetch } = useQuery(ListingsDocument, { variables: { from }, fetchPolicy: "cache-and-network" });
  const listings = data?.listings.edges.map(({ node }) => node);
  return (
    <Page title={texts.home.title} lead={texts.home.lead}>
      <section aria-labelledby="on">
        <h2 id="on">{texts.home.on}</h2>
        {error && !listings ? <Failed error={error} again={() => void refetch()} /> : null}
        {!listings && !error ? <Loading rows={4} /> : null}
        {listings?.length === 0 ? <Empty>{texts.home.empty}</Empty> : null}
        <ul className="cards" role="list">
          {listings?.map((listing) => (
            <Card key={listing.id} listing={listing} />
          ))}
        </ul>
      </section>
    </Page>
  );
}

function Card({ listing }: { listing: Listed }) {
  const [next] = listing.slots.edges;
  const price = next?.node.price;
  return (
    <li className="card">
      <h3>
        <a href={to.listing(listing.slug)}>{listing.title}</a>
      </h3>
      <p className="when">
        {next ? texts.home.next(dateTime(next.node.startsAt, listing.timeZone)) : texts.home.noDates}
      </p>
      <p className="about">{listing.description}</p>
      <p className="tags">
        {price ? <span className="tag">{isZero(price) ? texts.home.free : texts.home.from(money(price))}</span> : null}
        {next?.node.admission === "SEATED" ? <span className="tag">{texts.home.seats}</span> : null}
      </p>
    </li>
  );
}
