// SHA-256 bit by bit, so that a scan of any size is hashed while it is sent, also where the
// browser's own (which wants https and the whole file at once) is not to be had. Source: FIPS 180-4.
"use strict";
class Sha256 {
  constructor() {
    this.state = new Int32Array(Sha256.FIRST);
    this.block = new Uint8Array(64);
    this.words = new Int32Array(64);
    this.length = 0;
  }
  update(bytes) {
    let at = 0;
    while (at < bytes.length) {
      const filled = this.length % 64, taken = Math.min(64 - filled, bytes.length - at);
      this.block.set(bytes.subarray(at, at + taken), filled);
      this.length += taken;
      at += taken;
      if (filled + taken === 64) this.round();
    }
    return this;
  }
  round() {
    const w = this.words, k = Sha256.ROUNDS, view = this.block;
    for (let i = 0; i < 16; i += 1) {
      const j = 4 * i;
      w[i] = (view[j] << 24) | (view[j + 1] << 16) | (view[j + 2] << 8) | view[j + 3];
    }
    for (let i = 16; i < 64; i += 1) {
      const p = w[i - 15], q = w[i - 2];
      const s0 = ((p >>> 7) | (p << 25)) ^ ((p >>> 18) | (p << 14)) ^ (p >>> 3);
      const s1 = ((q >>> 17) | (q << 15)) ^ ((q >>> 19) | (q << 13)) ^ (q >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    const s = this.state; // no array is made for a block: there are a million of them in a scan
    let a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + k[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    s[0] += a; s[1] += b; s[2] += c; s[3] += d; s[4] += e; s[5] += f; s[6] += g; s[7] += h;
  }
  hex() {
    const bits = this.length * 8;
    const padding = new Uint8Array(((119 - (this.length % 64)) % 64) + 9);
    padding[0] = 0x80;
    const end = new DataView(padding.buffer);
    end.setUint32(padding.length - 8, Math.floor(bits / 2 ** 32));
    end.setUint32(padding.length - 4, bits >>> 0);
    this.update(padding);
    return [...this.state].map((one) => (one >>> 0).toString(16).padStart(8, "0")).join("");
  }
}
(() => { // the first 32 bits of the fractions of square and cube roots of the first primes
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
  Sha256.FIRST = primes.slice(0, 8).map((p) => fraction(Math.sqrt(p)));
  Sha256.ROUNDS = new Int32Array(primes.map((p) => fraction(Math.cbrt(p))));
})();
// Of bytes that are all there: by the browser's own where it may be used, which is much faster.
Sha256.of = async (bytes) => {
  if (!window.crypto?.subtle) return new Sha256().update(bytes).hex();
  const told = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...told].map((one) => one.toString(16).padStart(2, "0")).join("");
};
window.Sha256 = Sha256;
