import { randomUUID } from 'node:crypto'

/** The body of a create that is right in everything. Each has a tenant id of its own. */
export function customerBody(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    partnerId: 'contoso-partners',
    azureTenantId: randomUUID(),
    contractId: 'c-1001',
    displayName: 'Adatum Corporation',
    domain: 'adatum.example',
    contractType: 3,
    countryLetterCode: 'DE',
    isOnBoardedToMTM: true,
    onboardingStatus: 2,
    delegatedPrivilegeStatus: 3,
    ...changes,
  }
}
