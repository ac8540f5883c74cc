// A subscription that was cut off goes on where it stood: graphql-ws sends the same variables again when it connects
// anew, and this writes the last version seen into them. Nothing is lost, and nothing comes twice.
import { ApolloLink } from "@apollo/client";
import { map } from "rxjs";

type Change = { bookingChanged?: { version?: number } };

export const resume = new ApolloLink((operation, forward) =>
  forward(operation).pipe(
    map((result) => {
      const version = (result.data as Change | null | undefined)?.bookingChanged?.version;
      if (version !== undefined) operation.variables["afterVersion"] = version;
      return result;
    }),
  ),
);
