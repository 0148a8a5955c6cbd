"""The exceptions of the Deployment Manager's contract. What each becomes over HTTP, small_host.py says.

SPDX-License-Identifier: Apache-2.0
"""


class DmException(Exception):
    def __init__(self, arg):
        super().__init__(arg)
        self.msg = arg

    def __str__(self):
        return str(self.msg)


class NotFound(DmException):
    pass


class Forbidden(DmException):
    pass


class ConflictingState(DmException):
    pass


class FailedValidation(DmException):
    pass


class FailedCreation(DmException):
    pass


class FailedConnection(DmException):
    pass
