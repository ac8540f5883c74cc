// An OpenID provider: `node oidc.js PORT KID ORGANISER`. Its keys are new at every start and bear KID in their names.
// Its clients get JWT access tokens for the API, with the roles and the organiser that are written here.
import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';

const [port, kid, organiser] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const key = (type, options, alg) => ({
  ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }),
  kid: `${kid}-${alg}`,
  alg,
  use: 'sig',
});

const said = {
  kiosk: { realm_access: { roles: ['offline_access', 'service'] }, organisation: organiser },
  desk: { realm_access: { roles: ['operator'] } },
  visitor: { realm_access: { roles: [] } },
};

const provider = new Provider(issuer, {
  jwks: {
    keys: [key('ec', { namedCurve: 'P-256' }, 'ES256'), key('rsa', { modulusLength: 2048 }, 'RS256')],
  },
  clients: Object.keys(said).map((name) => ({
    client_id: name,
    client_secret: `secret-of-${name}-long-enough`,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  })),
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: async (_ctx, resource) => ({
        scope: 'book',
        audience: resource === 'urn:holdfast' ? 'holdfast' : 'something-else',
        accessTokenFormat: 'jwt',
        accessTokenTTL: 3600,
        jwt: { sign: { alg: resource === 'urn:holdfast:rsa' ? 'RS256' : 'ES256' } },
      }),
    },
  },
  extraTokenClaims: async (_ctx, token) => said[token.clientId],
});

provider.listen(Number(port), '127.0.0.1', () => console.log('listening'));
