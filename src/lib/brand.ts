/** A nominal type over a structural one: mixing up two brands is a compile error. */
declare const brand: unique symbol;
export type Brand<T, B extends string> = T & { readonly [brand]: B };
