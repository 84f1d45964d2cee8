import type { EntitySet } from '../edm/entity-type.ts'
import type { SecurityRequirement, SecurityScheme } from './document.ts'

/** How a caller says who it is. */
export const securitySchemes: Readonly<Record<'token' | 'accessKey' | 'accessKeyAsPassword', SecurityScheme>> = {
  token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      "An access token of an issuer that the service trusts. Its `tid` is the managing tenant: it sees that tenant's rows and no others. The names are scopes (`scp`) or application roles (`roles`).",
  },
  accessKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Api-Key',
    description: 'A read-only key of one managing tenant, for readers of feeds that can have no token.',
  },
  accessKeyAsPassword: {
    type: 'http',
    scheme: 'basic',
    description: 'The same key as the password of any user name: what Excel and Power BI call Basic.',
  },
}

/** What a read takes: either permission, or an access key. */
export function reading({ permissions: { read, write } }: EntitySet): readonly SecurityRequirement[] {
  return [{ token: [read] }, { token: [write] }, { accessKey: [] }, { accessKeyAsPassword: [] }]
}

export function writing({ permissions: { write } }: EntitySet): readonly SecurityRequirement[] {
  return [{ token: [write] }]
}
