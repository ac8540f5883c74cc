import { ApolloProvider } from "@apollo/client/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { clientFor } from "./graph/client";
import "./style/base.css";
import "./style/parts.css";
import "./style/pages.css";
import "./style/seats.css";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no place for the demo");
createRoot(root).render(
  <StrictMode>
    <ApolloProvider client={clientFor("CUSTOMER")}>
      <App />
    </ApolloProvider>
  </StrictMode>,
);
