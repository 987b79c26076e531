/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.graphs.layout;

/**
 * The field of far masses around one point, to first order: the field {@code f} there and its
 * symmetric Jacobian {@code j}, so that at an offset {@code o} the field is {@code f + j o}
 * (Greengard and Rokhlin 1987, truncated after the linear term). One thread at a time.
 */
final class LocalExpansion {
  float fx;
  float fy;
  float fz;
  float jxx;
  float jyy;
  float jzz;
  float jxy;
  float jxz;
  float jyz;

  void clear() {
    fx = 0;
    fy = 0;
    fz = 0;
    jxx = 0;
    jyy = 0;
    jzz = 0;
    jxy = 0;
    jxz = 0;
    jyz = 0;
  }

  float fieldX(float ox, float oy, float oz) {
    return fx + jxx * ox + jxy * oy + jxz * oz;
  }

  float fieldY(float ox, float oy, float oz) {
    return fy + jxy * ox + jyy * oy + jyz * oz;
  }

  float fieldZ(float ox, float oy, float oz) {
    return fz + jxz * ox + jyz * oy + jzz * oz;
  }
}
