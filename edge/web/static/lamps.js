/* Lamps drawn on a canvas. */

export const LAMP = 4;

/** `bits`: rows from the top, each row whole bytes, highest bit leftmost. */
export function light(canvas, shown, bits) {
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(document.documentElement);
  const paths = [new Path2D(), new Path2D()];
  const stride = Math.ceil(shown.width / 8);
  for (let y = 0; y < shown.height; y += 1) {
    for (let x = 0; x < shown.width; x += 1) {
      const on = bits ? (bits[y * stride + (x >> 3)] >> (7 - (x & 7))) & 1 : 0;
      const path = paths[on];
      path.moveTo((x + 1) * LAMP - 0.4, (y + 0.5) * LAMP);
      path.arc((x + 0.5) * LAMP, (y + 0.5) * LAMP, LAMP / 2 - 0.4, 0, 7);
    }
  }
  pen.fillStyle = style.getPropertyValue("--lamp-board");
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = style.getPropertyValue("--lamp-off");
  pen.fill(paths[0]);
  pen.fillStyle = style.getPropertyValue("--lamp-on");
  pen.fill(paths[1]);
}
