import { skipToken, useQuery, useSubscription } from "@apollo/client/react";
import { useState } from "react";
import { AvailabilityDocument, ListingDocument, type ListingQuery } from "../gql/graphql";
import { Page } from "../parts/page";
import { Empty, Failed, Loading } from "../parts/states";
import { to } from "../route";
import { texts } from "../texts";
import { Days } from "./days";
import { Order } from "./order";
import { Policy } from "./policy";
import { NO_STAY } from "./stay";
import { StayDays } from "./stay-days";

export type Listing = NonNullable<ListingQuery["listing"]>;

/** What lasts so long is slept through: several of them are nights of one stay. */
const NIGHT = 12 * 3_600_000;
/** As many slots as one subscription may follow. */
const FOLLOWED = 100;

export function ListingPage({ slug }: { slug: string }) {
  const [from] = useState(() => new Date().toISOString());
  const { data, error, refetch } = useQuery(ListingDocument, {
    variables: { slug, from },
    fetchPolicy: "cache-and-network",
  });
  if (error && !data) return <Failed error={error} again={() => void refetch()} />;
  if (!data) return <Loading rows={6} />;
  if (!data.listing) {
    return (
      <Page title={texts.notFound.title} lead={texts.notFound.lead}>
        <a className="button" href={to.home}>
          {texts.notFound.back}
        </a>
      </Page>
    );
  }
  return <Offer listing={data.listing} />;
}

function Offer({ listing }: { listing: Listing }) {
  const slots = listing.slots.edges.map(({ node }) => node).filter(({ state }) => state === "OPEN");
  const [first] = slots;
  const isStay = first !== undefined && Date.parse(first.endsAt) - Date.parse(first.startsAt) >= NIGHT;
  const [date, setDate] = useState<string>();
  const [stay, setStay] = useState(NO_STAY);
  const chosen = isStay ? stay.nights : date === undefined ? [] : [date];
  // The seats of a slot are in the same cache, and are followed where they are shown.
  const slotIds = slots.slice(0, FOLLOWED).map(({ id }) => id);
  useSubscription(
    AvailabilityDocument,
    slotIds.length === 0 ? skipToken : { variables: { slotIds }, ignoreResults: true },
  );
  const those = slots.filter(({ id }) => chosen.includes(id));
  return (
    <Page title={listing.title} lead={listing.description}>
      {first ? (
        <div className="offer">
          <div>
            {isStay ? (
              <StayDays slots={slots} timeZone={listing.timeZone} stay={stay} onChange={setStay} />
            ) : (
              <Days slots={slots} timeZone={listing.timeZone} chosen={date} onChoose={setDate} />
            )}
          </div>
          <div className="order">
            <Order key={isStay ? "stay" : chosen.join()} listing={listing} slots={those} isStay={isStay} />
            <Policy listing={listing} />
          </div>
        </div>
      ) : (
        <Empty>{texts.listing.noDates}</Empty>
      )}
    </Page>
  );
}
