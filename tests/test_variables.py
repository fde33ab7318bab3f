"""cifar10/variables.py: old settings of the environment are called what they are."""

import pytest

from cs231n_softmax.cifar10 import variables

NAMES = [*variables.CERTIFICATES, *variables.FOR_OTHERS, *variables.PROXIES, "SSLKEYLOGFILE", "TMPDIR", "TEMP", "TMP"]


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """None of the variables is set; a folder that is empty."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def test_a_right_environment_is_passed_in_silence(environment, tmp_path):
    (tmp_path / "certificates.pem").touch()
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        environment.setenv(name, "certificates.pem")
    for name in ("SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "TMPDIR"):
        environment.setenv(name, str(tmp_path))
    environment.setenv("SSLKEYLOGFILE", "keys.log")
    environment.setenv("http_proxy", "http://user:secret@proxy.example:8080")
    environment.setenv("https_proxy", "proxy.example:8080")
    environment.setenv("all_proxy", "")
    assert variables.wrong_for_network() == variables.wrong_for_others() == []


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_certificates_that_are_gone_break_a_download(environment, name):
    environment.setenv(name, "gone.pem")
    assert variables.wrong_for_network() == [
        f"{name} is gone.pem, which isn't there. Unset it, or set it to one that is there."]


def test_a_folder_is_no_file_of_certificates(environment, tmp_path):
    environment.setenv("SSL_CERT_FILE", str(tmp_path))
    assert "which isn't what is needed" in variables.wrong_for_network()[0]


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "TMPDIR", "TEMP", "TMP"])
def test_what_only_others_read_is_told_apart(environment, name):
    """pip and curl would fail; the download here doesn't."""
    environment.setenv(name, "gone")
    assert variables.wrong_for_network() == [] and f"{name} is gone, " in variables.wrong_for_others()[0]


@pytest.mark.parametrize("proxy", [":8080", "http://", "http://user:secret@proxy.example:eighty", "http://[::1:8080"])
def test_a_proxys_address_is_told_without_its_password(environment, proxy):
    environment.setenv("https_proxy", proxy)
    (sentence,) = variables.wrong_for_network()
    assert sentence.startswith("https_proxy is no address of a proxy: expected http://host:port.")
    assert "secret" not in sentence


def test_a_log_of_keys_that_cannot_be_written(environment):
    environment.setenv("SSLKEYLOGFILE", "nowhere/keys.log")
    assert variables.wrong_for_network() == ["SSLKEYLOGFILE is nowhere/keys.log, which can't be written. Unset it."]
