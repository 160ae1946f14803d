/** One class per question of cost. How to run them, and how to read what they say, is in the module's README. */
@NullMarked
package io.evenkeel.benchmarks;

import org.jspecify.annotations.NullMarked;
