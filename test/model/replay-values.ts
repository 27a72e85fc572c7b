/** What a replay says and hears, in the words of services and of the model. */
import type { Visitor } from '../../src/contract/visitor.ts';
import { AppError } from '../../src/errors.ts';
import { meaningOf } from './messages.ts';
import { companyValue } from './oracle-profile.ts';
import type { Traits } from './steps.ts';

/** The code of the error a call ends in, or null. */
export async function codeOf(call: Promise<unknown>): Promise<string | null> {
  try {
    await call;
    return null;
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.code;
    throw thrown;
  }
}

/** What a dry run can know: a company it would make has no id yet, and sessions are not part of the plan. */
export function foreseeable({ company: _company, currentSession: _session, ...visitor }: Visitor) {
  return visitor;
}

/** Traits as an edit by hand. */
export function editOf({ plan, createdAt, ...fields }: Traits) {
  const attributes = {
    ...(plan !== undefined && { plan }),
    ...(createdAt !== undefined && { createdAt }),
  };
  return { ...fields, ...(Object.keys(attributes).length > 0 && { attributes }) };
}

/** Values by profile key as edits and overrides keep them. */
export function valuesOf(traits: Traits) {
  const { values, company } = meaningOf(traits);
  return company ? { values: { ...values, company: companyValue(company) }, company } : { values, company };
}
