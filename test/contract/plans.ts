import type { Entity } from '../../src/edm/entity-type.ts'
import type { Access, ManagingTenant } from '../../src/plan/access.ts'
import type { Authorship, CreatePlan, DeletePlan, ReadPagePlan, UpdatePlan } from '../../src/plan/plan.ts'

// Plans as the contract of a store needs them: right in everything that a test does not say.

export const by: Authorship = { at: '2026-01-02T03:04:05.000000Z', requestId: 'request', applicationId: 'app', userId: 'user' }
export const own: ManagingTenant = { kind: 'managingTenant', tenantId: 'one' }
export const other: ManagingTenant = { kind: 'managingTenant', tenantId: 'two' }
export const all: Access = { kind: 'allPartners' }

export function entity(id: string, changes: Entity = {}): Entity {
  return {
    id,
    partnerId: 'p',
    azureTenantId: `tenant of ${id}`,
    contractId: 'c',
    displayName: `Name of ${id}`,
    domain: 'd.example',
    contractType: 1,
    countryLetterCode: 'DE',
    deletedDateTime: null,
    isOnBoardedToMTM: true,
    onboardingStatus: 2,
    delegatedPrivilegeStatus: 3,
    lastDAPRefreshDateTimeUtc: null,
    cosmosCreatedDateTimeUTC: by.at,
    cosmosLastModifiedDateTimeUTC: by.at,
    isDeleted: false,
    ...changes,
  }
}
export const create = (id: string, changes: Entity = {}, access = own): CreatePlan => ({
  kind: 'create',
  entitySet: 'Customers',
  access,
  by,
  entity: entity(id, changes),
})
export const update = (id: string, changes: Entity, rest: Partial<UpdatePlan> = {}): UpdatePlan => ({
  kind: 'update',
  entitySet: 'Customers',
  access: own,
  by,
  address: { kind: 'key', id },
  changes,
  ...rest,
})
export const remove = (id: string, rest: Partial<DeletePlan> = {}): DeletePlan => ({
  kind: 'delete',
  entitySet: 'Customers',
  access: own,
  by,
  address: { kind: 'key', id },
  ...rest,
})
export const page = (rest: Partial<ReadPagePlan> = {}): ReadPagePlan => ({
  kind: 'readPage',
  entitySet: 'Customers',
  access: own,
  size: 100,
  skip: 0,
  count: false,
  last: false,
  next: {},
  orderby: [],
  deleted: false,
  now: by.at,
  ...rest,
})
