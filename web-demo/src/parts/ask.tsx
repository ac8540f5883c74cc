import { useState, type ReactNode } from "react";
import { Dialog } from "./dialog";

type Props = {
  /** What stands on the button, and what a screen reader says of it, if that is more. */
  button: ReactNode;
  label?: string;
  title: string;
  /** What is asked; `close` ends it. */
  children: (close: () => void) => ReactNode;
};

/** A button that asks something before anything is done. */
export function Ask({ button, label, title, children }: Props) {
  const [isAsked, setAsked] = useState(false);
  const close = () => {
    setAsked(false);
  };
  return (
    <>
      <button
        type="button"
        className="plain"
        aria-label={label}
        onClick={() => {
          setAsked(true);
        }}
      >
        {button}
      </button>
      {isAsked ? (
        <Dialog title={title} onClose={close}>
          {children(close)}
        </Dialog>
      ) : null}
    </>
  );
}
