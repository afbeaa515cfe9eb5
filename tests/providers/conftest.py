"""What the tests of the providers begin with."""

from collections.abc import Iterator

import pytest
import trustme


@pytest.fixture(autouse=True, scope="module")
def _one_certificate_to_read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A client reads all certificates that this computer trusts, which takes longer than most tests: let it be one."""
    certificate = tmp_path_factory.mktemp("trusted") / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(certificate))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(certificate))
        yield
