import type { EntitySet } from '../edm/entity-type.ts'
import type { SecurityRequirement, SecurityScheme } from './document.ts'

/** How a caller says who it is. */
export const securitySchemes: Readonly<Record<'token', SecurityScheme>> = {
  token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      "An access token of an issuer that the service trusts. Its `tid` is the managing tenant: it sees that tenant's rows and no others. The names are scopes (`scp`) or application roles (`roles`).",
  },
}

/** What a read takes: either permission. */
export function reading({ permissions: { read, write } }: EntitySet): readonly SecurityRequirement[] {
  return [{ token: [read] }, { token: [write] }]
}

export function writing({ permissions: { write } }: EntitySet): readonly SecurityRequirement[] {
  return [{ token: [write] }]
}
