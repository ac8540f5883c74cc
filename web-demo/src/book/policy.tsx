import type { Listing } from "./listing-page";
import { isZero, money } from "../parts/format";
import { texts } from "../texts";

/** What a cancellation gives back, by rate. */
export function Policy({ listing }: { listing: Listing }) {
  return (
    <details className="policy">
      <summary>{texts.listing.policy}</summary>
      <dl>
        {listing.ratePlans.map(({ code, name, policy }) => (
          <div key={code}>
            <dt>{name}</dt>
            {policy.filter(({ refundPercent }) => refundPercent > 0).map(({ hoursBeforeStart, refundPercent, fee }) => (
              <dd key={hoursBeforeStart}>
                {texts.listing.policyStep(hoursBeforeStart, refundPercent)}
                {isZero(fee) ? null : texts.listing.policyFee(money(fee))}
              </dd>
            ))}
            <dd>{policy.some(({ refundPercent }) => refundPercent > 0) ? texts.listing.policyLast : texts.listing.policyNone}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
