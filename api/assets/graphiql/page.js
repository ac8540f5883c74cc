// Starts GraphiQL with the token that it was handed: by `#token=` in the
// address (what `holdfast dev` prints), or the one that was used last.
(() => {
  "use strict";

  const KEY = "holdfast.token";
  const field = document.getElementById("token");
  const who = document.getElementById("who");

  function takeToken() {
    const fragment = new URLSearchParams(location.hash.slice(1));
    const handed = fragment.get("token");
    if (handed !== null) {
      // A token in the address would end up in histories and bookmarks.
      history.replaceState(null, "", location.pathname + location.search);
      localStorage.setItem(KEY, handed);
    }
    return localStorage.getItem(KEY) ?? "";
  }

  // Only for people to see whom they ask as; the server decides by itself.
  function describe(token) {
    if (token === "") return "anonymous";
    try {
      const body = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
      const claims = JSON.parse(atob(body));
      const ends = new Date(claims.exp * 1000).toLocaleString();
      return `${claims.role} ${claims.sub}, until ${ends}`;
    } catch {
      return "not a JWT";
    }
  }

  const authorization = (token) => (token === "" ? {} : { authorization: `Bearer ${token}` });

  function authorizationOf(headers) {
    const found = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === "authorization");
    return found === undefined ? {} : { authorization: found[1] };
  }

  let token = takeToken();
  let shown = 0;
  const root = ReactDOM.createRoot(document.getElementById("graphiql"));
  const address = new URL("/graphql", location.href);
  const socket = new URL(address);
  socket.protocol = address.protocol === "https:" ? "wss:" : "ws:";

  function fetcher() {
    let latest = {};
    // Made when the first subscription is, so with the headers as they are then.
    const wsClient = graphqlWs.createClient({
      url: socket.href,
      lazy: true,
      connectionParams: () => latest,
    });
    const inner = GraphiQL.createFetcher({ url: address.href, wsClient });
    return (parameters, options) => {
      latest = authorizationOf(options?.headers);
      return inner(parameters, options);
    };
  }

  function show() {
    field.value = token;
    who.value = describe(token);
    const headers = JSON.stringify(authorization(token), null, 2);
    root.render(
      React.createElement(GraphiQL, {
        // A new key starts the editor anew, with the new token in its headers.
        key: shown++,
        fetcher: fetcher(),
        defaultHeaders: headers,
        headers,
        shouldPersistHeaders: false,
        defaultEditorToolsVisibility: "headers",
        defaultQuery:
          "# Listings and slots are public; all else needs a token.\n{\n  viewer { subject role }\n  listings(first: 5) { edges { node { id slug title currency } } }\n}\n",
      }),
    );
  }

  document.getElementById("identity").addEventListener("submit", (event) => {
    event.preventDefault();
    token = field.value.trim().replace(/^Bearer\s+/i, "");
    localStorage.setItem(KEY, token);
    show();
  });
  window.addEventListener("hashchange", () => {
    token = takeToken();
    show();
  });
  show();
})();
