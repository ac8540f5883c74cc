import { Page } from "../parts/page";
import { texts } from "../texts";
import { Cases } from "./cases";
import { Figures } from "./figures";
import { Invariants } from "./invariants";
import { MakeTrouble } from "./make-trouble";
import { Search } from "./search";

export default function OperatePage() {
  return (
    <Page title={texts.operate.title} lead={texts.operate.lead}>
      <Figures />
      <MakeTrouble />
      <Cases />
      <Search />
      <Invariants />
    </Page>
  );
}
