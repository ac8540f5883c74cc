import { useEffect, useId, useRef, type ReactNode } from "react";

/** A question in front of everything; Escape answers it with no. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const element = useRef<HTMLDialogElement>(null);
  const name = useId();
  useEffect(() => {
    const dialog = element.current;
    if (!dialog?.open) dialog?.showModal();
    return () => {
      dialog?.close();
    };
  }, []);
  return (
    <dialog ref={element} aria-labelledby={name} onCancel={onClose}>
      <h2 id={name}>{title}</h2>
      {children}
    </dialog>
  );
}
