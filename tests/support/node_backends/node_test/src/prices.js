export function double(cents) {
  return cents * 2;
}
