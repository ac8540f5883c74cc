// A booking's events as a broker gets them.
import { useEffect, useState } from "react";
import { readEvents, type Message } from "../dev/doors";
import { Empty, Loading } from "../parts/states";
import { texts } from "../texts";

type Read = { messages: Message[] } | { failure: string } | undefined;

export function Published({ bookingId, version }: { bookingId: string; version: number }) {
  const [read, setRead] = useState<Read>();
  useEffect(() => {
    let isWanted = true;
    readEvents(bookingId).then(
      (messages) => {
        if (isWanted) setRead({ messages });
      },
      (error: unknown) => {
        if (isWanted) setRead({ failure: String(error) });
      },
    );
    return () => {
      isWanted = false;
    };
    // Each version is an event more.
  }, [bookingId, version]);
  return (
    <section aria-labelledby="published">
      <h2 id="published">{texts.understand.events}</h2>
      <p className="hint">{texts.understand.eventsLead}</p>
      {read === undefined ? <Loading rows={2} /> : null}
      {read && "failure" in read ? <p className="note bad">{read.failure}</p> : null}
      {read && "messages" in read ? <Messages messages={read.messages} /> : null}
    </section>
  );
}

function Messages({ messages }: { messages: Message[] }) {
  if (messages.length === 0) return <Empty>{texts.understand.empty}</Empty>;
  return (
    <ol className="messages" role="list">
      {messages.map(({ key, headers, value, published }) => {
        const named = Object.fromEntries(headers);
        return (
          <li key={named["ce_id"]}>
            <details>
              <summary>
                <span className="figures number">{named["sequence"]}</span>
                <code>{named["ce_type"]}</code>
                <small>{published ? texts.understand.published : texts.understand.waiting}</small>
              </summary>
              <h3>{texts.understand.headers}</h3>
              <pre role="region" aria-label={texts.understand.headers} tabIndex={0}>
                {`key: ${key}\n${headers.map(([name, text]) => `${name}: ${text}`).join("\n")}`}
              </pre>
              <h3>{texts.understand.value}</h3>
              <pre role="region" aria-label={texts.understand.value} tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
            </details>
          </li>
        );
      })}
    </ol>
  );
}
