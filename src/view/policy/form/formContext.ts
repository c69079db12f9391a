/** What every part of the form needs: whose fields it edits, and how. */
import { createContext, useContext } from 'react';
import type { Json } from '../../../engine/protocol.ts';
import type { FieldEdit } from './edits.ts';

export interface FormActions {
  /** of the policy */
  readonly namespace: string;
  readonly edit: (edit: FieldEdit) => void;
  /** Puts a dash before the later of two fields, or takes it away; where no dash can be, the list at `otherwise` is written. */
  readonly editDash: (
    fields: readonly string[],
    otherwise: { readonly path: string; readonly value: Json },
  ) => void;
}

export const FormContext = createContext<FormActions>({
  namespace: '',
  edit: () => undefined,
  editDash: () => undefined,
});

export function useForm(): FormActions {
  return useContext(FormContext);
}
