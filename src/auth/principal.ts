/** Who is calling, as the verified token says. */
export interface Principal {
  /** `tid`: the managing tenant that confines every read and write. */
  readonly tenantId: string
  /** How the caller showed who it is. An access key reads, and nothing else. */
  readonly kind: 'delegated' | 'application' | 'accessKey'
  /** `scp` of a delegated token, `roles` of an application's: never both. */
  readonly permissions: ReadonlySet<string>
  /** `azp` or `appid`: the application that acts; or the id of the access key. */
  readonly applicationId: string
  /** `oid` (else `sub`) of a delegated token: the user for whom it acts. */
  readonly userId?: string
  /** The token's tenant is listed as an operator's: `*.AllPartners` roles count. */
  readonly operator: boolean
}
