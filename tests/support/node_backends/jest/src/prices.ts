export function double(cents: number): number {
  return cents * 2;
}
