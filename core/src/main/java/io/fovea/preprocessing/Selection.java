package io.fovea.preprocessing;

/** Medians without sorting: one picture's are a large part of a short process. */
final class Selection {
  private Selection() {}

  /**
   * The element at index count / 2 of the first values in ascending order, by Hoare's selection
   * ("Algorithm 65: find", Communications of the ACM 4, 1961). Changes the order of the values.
   */
  static double median(double[] values, int count) {
    int k = count / 2;
    int from = 0;
    int to = count - 1;
    while (from < to) {
      double pivot = values[k];
      int i = from;
      int j = to;
      while (i <= j) {
        while (values[i] < pivot) {
          i++;
        }
        while (pivot < values[j]) {
          j--;
        }
        if (i <= j) {
          double value = values[i];
          values[i++] = values[j];
          values[j--] = value;
        }
      }
      if (j < k) {
        from = i;
      }
      if (k < i) {
        to = j;
      }
    }
    return values[k];
  }
}
