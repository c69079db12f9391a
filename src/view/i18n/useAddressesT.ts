/** The words of the figure of the addresses, apart from the rest: they are loaded with it. */
import type { Language } from '../../store/settings.ts';
import { useBoard } from '../page.ts';
import type { SameKeys } from './dictionary.ts';
import { addresses as en } from './en/addresses.ts';
import { addresses as zhCN } from './zhCN/addresses.ts';

export type AddressesWords = SameKeys<typeof en>;

export const addressesWords: Readonly<Record<Language, AddressesWords>> = { en, 'zh-CN': zhCN };

export function useAddressesT(): AddressesWords {
  return addressesWords[useBoard((state) => state.language)];
}
