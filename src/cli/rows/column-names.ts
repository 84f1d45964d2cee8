/**
 * What the columns of other products' files are called: Partner Center's export of customers, Graph's `contracts`, Lighthouse's
 * `managedTenants/tenants`, the customers of Partner Center's API. The first that a file has is taken.
 */
export const knownNames: Readonly<Record<string, readonly string[]>> = {
  partnerId: ['partnerTenantId', 'mpnId', 'Microsoft AI Cloud Partner Program ID', 'partner'],
  azureTenantId: [
    'Microsoft ID',
    'customerId',
    'tenantId',
    'customerTenantId',
    'customer tenant',
    'entraTenantId',
    'companyProfile.tenantId',
  ],
  contractId: ['contract'],
  displayName: [
    'Company name',
    'customerName',
    'tenantName',
    'tenantDisplayName',
    'companyProfile.companyName',
    'contract.displayName',
    'name',
  ],
  domain: [
    'Primary domain name',
    'defaultDomainName',
    'primaryDomain',
    'defaultDomain',
    'domainName',
    'tenantDomain',
    'companyProfile.domain',
    'contract.defaultDomainName',
  ],
  contractType: ['contract.contractType'],
  countryLetterCode: [
    'country',
    'countryCode',
    'Country/region',
    'billingProfile.defaultAddress.country',
    'companyProfile.address.country',
  ],
  isOnBoardedToMTM: ['onboarded', 'isOnboarded'],
  onboardingStatus: ['tenantStatusInformation.onboardingStatus'],
  delegatedPrivilegeStatus: ['tenantStatusInformation.delegatedPrivilegeStatus', 'delegatedAccess'],
  lastDAPRefreshDateTimeUtc: ['lastDelegatedPrivilegeRefreshDateTime', 'tenantStatusInformation.lastDelegatedPrivilegeRefreshDateTime'],
  cosmosCreatedDateTimeUTC: ['createdDateTime'],
  cosmosLastModifiedDateTimeUTC: ['lastUpdatedDateTime', 'lastModifiedDateTime'],
}

/**
 * What Graph's `contract.contractType` says in words. Nobody publishes their numbers: Graph itself has been seen to answer 3 for the last,
 * and the others stand before it in that order.
 */
export const contractTypeNames: Readonly<Record<string, number>> = { SyndicationPartner: 1, BreadthPartner: 2, ResellerPartner: 3 }

/** A name without what people change in it: case, spaces, underscores, dashes, dots. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}
