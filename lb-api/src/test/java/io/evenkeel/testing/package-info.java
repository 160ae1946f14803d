/** Fakes and fixtures that every module's tests share. */
package io.evenkeel.testing;
