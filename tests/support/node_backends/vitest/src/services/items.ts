/** The shop's items. */

export interface Item {
  name: string;
  cents: number;
}

const ITEMS: Item[] = [
  { name: "tea", cents: 350 },
  { name: "bread", cents: 420 },
];

/** Every item, by name. */
export function all(): Item[] {
  return ITEMS.toSorted((a, b) => a.name.localeCompare(b.name));
}
