/**
 * Certificates: an authority of one's own, what it issues, and their files. The JDK reads X.509 but
 * does not write it, so the little DER that is needed is written here. An {@link
 * dev.weft.foundation.certificate.Authority} owns its key; files hold what must outlive the
 * process. Read {@link dev.weft.foundation.certificate.Authority} first.
 */
@NullMarked
package dev.weft.foundation.certificate;

import org.jspecify.annotations.NullMarked;
